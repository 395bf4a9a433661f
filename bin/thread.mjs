// The project ships TypeScript; tsx reads it.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli/main.ts');
