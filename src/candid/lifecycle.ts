import { field, nat16, opt, record, type ValueOf } from './declare';

export const CandidSlotRange = record('SlotRange', 'The MemoryIds that archives get, both ends included.', {
  first: nat16,
  last: nat16,
  anchor: field(opt(nat16), 'Allocated first; `first` when it is absent.'),
});
export type CandidSlotRange = ValueOf<typeof CandidSlotRange>;

const CandidInstallChoices = record(
  'InstallOptions',
  'What the installer may choose, once; upgrades take both from the stable memory, whatever they are given.',
  {
    bucket_size_in_pages: field(
      opt(nat16),
      'The unit in which archives own raw stable memory, in pages of 64 KiB: small ones waste less on small archives, large ones raise the bound of 32,768 buckets; 16 when absent, 1 MiB a bucket and 32 GiB in all.',
    ),
    slots: field(opt(CandidSlotRange), 'A range within 0 to 110 or 120 to 254; 120 to 254 when absent.'),
  },
);

/** The argument of the installation and of upgrades. */
export const CandidInstallOptions = opt(CandidInstallChoices);
export type CandidInstallOptions = ValueOf<typeof CandidInstallOptions>;
