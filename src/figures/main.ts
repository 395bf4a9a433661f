import { parseArgs } from 'node:util';
import { rulesText } from '../replica';
import { measureAll, measureLarge } from './measure';
import { toTable } from './print';

/**
 * Measures all figures, or with `--large` those that take minutes.
 *
 *     npm run figures -- [--large] [--json] [--rules 2025-10] [--page-price 1000]
 */
const { values } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rules: { type: 'string' },
    'page-price': { type: 'string' },
  },
});
// Figures are measured in many replicas, some of them in processes of their own: all go by the environment.
if (values.rules !== undefined) process.env.TABULARIUM_RULES = values.rules;
if (values['page-price'] !== undefined) process.env.TABULARIUM_PAGE_PRICE = values['page-price'];
const rules = rulesText();
const figures = await (values.large ? measureLarge() : measureAll());
if (values.json) {
  console.log(JSON.stringify(figures, undefined, 2));
} else {
  console.log(
    `${rules}\nwork: the same under all rules. Parts of messages are measured by those of 2025-10.\n`,
  );
  console.log(toTable(figures));
}
if (figures.some((figure) => !figure.ok)) {
  process.exitCode = 1;
}
