import { measureAll, measureLarge } from './measure';
import { toTable } from './print';

const figures = await (process.argv.includes('--large') ? measureLarge() : measureAll());
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures, undefined, 2));
} else {
  console.log(toTable(figures));
}
if (figures.some((figure) => !figure.ok)) {
  process.exitCode = 1;
}
