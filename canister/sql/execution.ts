import { nativeModule } from '../../src/database';
import { authorisedArchive } from '../service/governed';
import { running } from '../service/service';

/** (archive, SQL, parameters): decoded, run in one transaction and answered natively. */
export function execute(): void {
  const archive = authorisedArchive('execute', nativeModule().receiveRequest());
  nativeModule().executeRequest(running().handles.open(archive.slot));
}

/** The same for statements that only read. */
export function query(): void {
  const archive = authorisedArchive('query', nativeModule().receiveRequest());
  nativeModule().queryRequest(running().handles.open(archive.slot));
}
