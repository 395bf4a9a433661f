import fc from 'fast-check';

// Property tests draw the same cases in every run, so that a red test is the change's doing and not the draw's.
// PROPERTY_SEED=random draws new ones to look for what nobody thought of; a failure prints its seed, which goes here to be seen again.

const FIXED_SEED = 20_250_101;

const asked = process.env.PROPERTY_SEED ?? String(FIXED_SEED);
if (asked !== 'random') {
  const seed = Number(asked);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`PROPERTY_SEED is ${asked}: an integer, or random`);
  fc.configureGlobal({ seed });
}
