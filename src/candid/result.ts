import {
  blob,
  type CandidType,
  field,
  nat32,
  nat64,
  opt,
  record,
  text,
  type ValueOf,
  variant,
} from './declare';

export const CandidExceededBudget = record('ExceededBudget', 'The budget that a call exceeded.', {
  kind: field(text, 'Name of a field of Budgets.'),
  limit: nat64,
  used: nat64,
});
export type CandidExceededBudget = ValueOf<typeof CandidExceededBudget>;

export const CandidFailure = record('Failure', 'Why a call was refused.', {
  code: field(text, 'Stable; docs/ERRORS.md lists all of them.'),
  message: field(text, 'What happened and what to do.'),
  extended_code: field(opt(nat32), "SQLite's extended result code, for its errors."),
  offset: field(opt(nat32), 'Byte of the SQL text at which the error is, where SQLite knows it.'),
  statement: field(opt(nat32), 'Index in its batch of the statement that failed.'),
  budget: field(opt(CandidExceededBudget), 'The budget that was exceeded, and what was used of it.'),
});
export type CandidFailure = ValueOf<typeof CandidFailure>;

/** Either what the method answers or why it was refused; an expected failure is never a trap. */
export type CandidResult<T> = { ok: T } | { err: CandidFailure };

const results = new Map<CandidType, CandidType>();

/** The type of a method's reply, by the type of what it answers. */
export function resultOf(ok: CandidType): CandidType {
  let result = results.get(ok);
  if (result === undefined) {
    result = variant(`${nameOf(ok)}Result`, '', { ok, err: CandidFailure });
    results.set(ok, result);
  }
  return result;
}

/** What a type is called where Candid has no name for it. */
function nameOf(declared: CandidType): string {
  switch (declared.kind) {
    case 'primitive':
      return declared.name === 'null' ? 'Empty' : capitalised(declared.name);
    case 'opt':
      return `Optional${nameOf(declared.inner)}`;
    case 'vec':
      if (declared === blob) return 'Blob';
      return `${nameOf(declared.inner)}List`;
    case 'tuple':
      return declared.parts.map(nameOf).join('');
    case 'record':
    case 'variant':
      return declared.name;
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
