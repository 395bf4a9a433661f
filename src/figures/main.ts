import { measureAll } from './measure';
import { toTable } from './print';

const figures = await measureAll();
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures, undefined, 2));
} else {
  console.log(toTable(figures));
}
if (figures.some((figure) => !figure.ok)) {
  process.exitCode = 1;
}
