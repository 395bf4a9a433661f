import { CONTROLLERS, KEEPERS, OVERSEERS } from '../access';
import {
  archiveArgument,
  argument,
  bool,
  field,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
} from '../declare';

export const CandidBeginFork = record('BeginFork', 'Which image becomes a new archive.', {
  archive: text,
  snapshot: field(opt(text), 'The live image unless a snapshot is named.'),
  id: field(text, 'Id of the new archive.'),
  owner: field(opt(principal), "The source's owner when absent."),
});
export type CandidBeginFork = ValueOf<typeof CandidBeginFork>;

export const CandidForkProgress = record('ForkProgress', 'How far the copy is, in bytes of the image.', {
  copied: nat64,
  total: nat64,
  done: field(bool, 'The new archive is open.'),
});
export type CandidForkProgress = ValueOf<typeof CandidForkProgress>;

export const forks = room('Forks', 'Copies of an archive in slots of their own, made some pages a call.', {
  db_begin_fork: update(
    'Creates the new archive, in state `Importing`, and pins the image that it is to have; answers its `id@generation`.',
    {
      takes: [argument('request', CandidBeginFork)],
      answers: text,
      roles: CONTROLLERS,
      archive: 'stored',
      audited: true,
    },
  ),
  db_continue_fork: update('Copies up to `page_budget` pages of 4,096 bytes into the new archive.', {
    takes: [archiveArgument, argument('page_budget', nat32)],
    answers: CandidForkProgress,
    roles: OVERSEERS,
    archive: 'named',
  }),
  db_fork_progress: query('Tells how far a copy is; absent when none of the new archive is under way.', {
    takes: [archiveArgument],
    answers: opt(CandidForkProgress),
    roles: KEEPERS,
    archive: 'named',
  }),
  db_cancel_fork: update('Gives the copy up; the new archive is purged.', {
    takes: [archiveArgument],
    answers: nothing,
    roles: CONTROLLERS,
    archive: 'named',
    audited: true,
  }),
});
