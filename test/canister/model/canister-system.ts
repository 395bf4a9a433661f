import type { CandidResult, CandidSlot, TabulariumService } from '../../../src/candid';
import { unwrap } from '../../../src/client/error';
import { type Actor, CanisterRejectError } from '../../../src/replica';
import type { ArchiveView, ModelledSystem, SystemView } from '../../catalog/model/modelled-system';
import { CONTROLLER, type Life, OK } from '../../catalog/model/reference-model';
import type { Call, Outcome } from '../../catalog/model/request';
import { ImportSteps } from '../../support/import-steps';
import { answerOf, InstalledTabularium } from '../../support/tabularium';
import { accessOf, callArchive, callCanister } from './calls';
import { nameOf, principalCalled } from './principals';
import { anyImage, createRows, imageFor } from './rows';

const PLAN = { first: 130, last: 136, anchor: 132 };
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
/** Too few to start: the upgrade traps. */
const TOO_FEW_INSTRUCTIONS = 10_000_000;

/** The canister behind its Candid interface, with all that runs by itself. */
export class CanisterSystem implements ModelledSystem {
  readonly plan = PLAN;
  readonly trapPlaces = 5;
  readonly noImport = 'IMPORT_NONE';
  readonly #actors = new Map<string, Actor<TabulariumService>>();

  private constructor(
    private readonly canister: InstalledTabularium,
    private readonly image: Uint8Array,
  ) {}

  static async install(): Promise<CanisterSystem> {
    const { first, last, anchor } = PLAN;
    const canister = await InstalledTabularium.install({
      slots: { first, last, anchor: [anchor] },
      bucketSizeInPages: 1,
    });
    const system = new CanisterSystem(canister, await anyImage());
    await system.settle();
    return system;
  }

  async now(): Promise<bigint> {
    return BigInt(await this.canister.pic.getTime()) * NANOSECONDS_PER_MILLISECOND;
  }

  async pass(seconds: number): Promise<void> {
    await this.canister.pic.advanceTime(seconds * 1_000);
  }

  async upgrade(trapping: boolean): Promise<void> {
    if (!trapping) {
      return this.canister.upgrade();
    }
    this.canister.inspect.inject({ kind: 'post_upgrade', instructionLimit: TOO_FEW_INSTRUCTIONS });
    const outcome = await this.canister.upgrade().then(
      () => 'upgraded',
      () => 'trapped',
    );
    if (outcome !== 'trapped') {
      throw new Error('an upgrade was to trap, and did not');
    }
  }

  async settle(): Promise<number[]> {
    const { pic, inspect } = this.canister;
    // Each execution takes a nanosecond, and the clock shows milliseconds.
    const soon = (await this.now()) + NANOSECONDS_PER_MILLISECOND;
    do {
      await pic.tick();
    } while (inspect.globalTimer !== 0n && inspect.globalTimer <= soon);
    const slots = await this.#slots();
    return slots.filter(({ id }) => id.length > 0).map(({ generation }) => Number(generation));
  }

  async perform(call: Call): Promise<Outcome> {
    const session = await this.#sessionFor(call);
    const { inspect } = this.canister;
    if (call.trapAt !== undefined) {
      inspect.inject({ kind: 'update', trapAtStableChange: call.trapAt + 1, when: 'after' });
    }
    const outcome = await this.#outcome(call, session);
    inspect.clearFaults();
    if (call.request.method === 'create_archive' && outcome.outcome === OK) {
      const { generation } = outcome.answer as { generation: number };
      await this.#fill(`${call.request.id}@${generation}`, generation, call.request.importing);
    }
    return outcome;
  }

  async view(): Promise<SystemView> {
    await this.#requireFaithfulCopy();
    const slots = await this.#slots();
    const held = slots.filter(({ id }) => id.length > 0);
    return {
      archives: await Promise.all(held.map((slot) => this.#archiveIn(slot))),
      slots: slots.map(({ slot, state, id }) => {
        return { slot, state: lowerCase(Object.keys(state)[0]!), id: id[0] };
      }),
    };
  }

  /** Calls are decided by a copy of the catalog, which the doctor compares. */
  async #requireFaithfulCopy(): Promise<void> {
    const findings = unwrap(await this.#as(CONTROLLER).doctor());
    const differing = findings.filter(({ code }) => code === 'COPY_DIFFERS');
    if (differing.length > 0) throw new Error(differing.map(({ message }) => message).join('; '));
  }

  async #archiveIn({ id, generation, slot }: CandidSlot): Promise<ArchiveView> {
    const described = await this.#as(CONTROLLER).describe_archive(`${id}@${generation}`);
    const {
      archive,
      access: [access],
    } = unwrap(described);
    const [state] = Object.keys(archive.state);
    return {
      id: archive.id,
      generation: Number(archive.generation),
      slot,
      owner: nameOf(archive.owner),
      ...accessOf(access!),
      life: state === 'ReadOnly' ? 'active' : (lowerCase(state!) as Life),
    };
  }

  async #slots(): Promise<CandidSlot[]> {
    return unwrap(await this.#as(CONTROLLER).list_slots());
  }

  /** The import that a request is about. */
  async #sessionFor({ request, reference }: Call): Promise<bigint> {
    if (
      reference === undefined ||
      !(request.method === 'db_finish_import' || request.method === 'db_cancel_import')
    ) {
      return 0n;
    }
    const status = await this.#as(CONTROLLER).db_import_status(reference);
    return ('ok' in status && status.ok[0]?.session) || 0n;
  }

  async #outcome({ request, reference, who }: Call, session: bigint): Promise<Outcome> {
    const service = this.#as(who);
    try {
      const result = await answerOf(
        reference === undefined
          ? callCanister(service, request)
          : callArchive(service, request, reference, session),
      );
      return outcomeOf(result);
    } catch (error) {
      if (error instanceof CanisterRejectError && /injected fault/.test(error.message)) {
        return { outcome: 'trapped' };
      }
      throw error;
    }
  }

  /** Gives a new archive its rows, or has them wait as an image that was verified and is to be switched in. */
  async #fill(archive: string, generation: number, importing: boolean): Promise<void> {
    const service = this.#as(CONTROLLER);
    if (!importing) {
      unwrap(await service.execute(archive, createRows(generation), [], []));
      return;
    }
    const image = imageFor(this.image, generation);
    const steps = new ImportSteps(service, archive);
    unwrap(await steps.begin(image.length));
    unwrap(await steps.chunk(0, image));
    unwrap(await steps.verify());
  }

  #as(who: string): Actor<TabulariumService> {
    const actor = this.#actors.get(who) ?? this.canister.actor(principalCalled(who));
    this.#actors.set(who, actor);
    return actor;
  }
}

function outcomeOf(result: CandidResult<unknown>): Outcome {
  return 'ok' in result ? { outcome: OK, answer: result.ok } : { outcome: result.err.code };
}

/** `ReadOnly` as the catalog has it: `read-only`. */
function lowerCase(variant: string): never {
  return variant.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase() as never;
}
