import type { Archive } from '../../catalog/archives/archive';
import { changeSettings } from '../../catalog/archives/changes';
import { configurationIn } from '../../catalog/fleet/configuration';
import type { StepOutcome } from '../../catalog/operations/work';
import { running } from '../service/service';

/** Changes an archive's settings as the operation's argument says. */
export function configure(archive: Archive, _progress: string, argument: string): StepOutcome {
  changeSettings(running().catalog, archive, configurationIn(argument));
  return { kind: 'done', message: '' };
}
