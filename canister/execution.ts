import { native } from './native';
import { authorisedArchive, running } from './service';

/** (archive, SQL, parameters): decoded, run in one transaction and answered natively. */
export function execute(): void {
  const archive = authorisedArchive('execute', native().receiveRequest());
  native().executeRequest(running().handles.open(archive.slot));
}

/** The same for statements that only read. */
export function query(): void {
  const archive = authorisedArchive('query', native().receiveRequest());
  native().queryRequest(running().handles.open(archive.slot));
}
