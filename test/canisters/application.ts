// An Azle application as it may be found anywhere: it knows nothing of Tabularium. test/link/application.test.ts asks it the
// same with Azle alone and linked.

import {
  call,
  canisterSelf,
  IDL,
  init,
  inspectMessage,
  msgMethodName,
  Principal,
  postUpgrade,
  query,
  StableBTreeMap,
  setTimer,
  time,
  trap,
  update,
} from 'azle';

const Error_ = IDL.Variant({
  NotFound: IDL.Text,
  Taken: IDL.Record({ by: IDL.Principal, until: IDL.Nat64 }),
  Empty: IDL.Null,
});
const result = (ok: IDL.Type) => IDL.Variant({ Ok: ok, Err: Error_ });

const Book = IDL.Record({
  id: IDL.Nat32,
  title: IDL.Text,
  pages: IDL.Nat,
  price: IDL.Float64,
  lent: IDL.Opt(IDL.Tuple(IDL.Principal, IDL.Nat64)),
  tags: IDL.Vec(IDL.Text),
  cover: IDL.Vec(IDL.Nat8),
});
const Shelf = IDL.Rec();
Shelf.fill(IDL.Record({ name: IDL.Text, books: IDL.Vec(IDL.Nat32), inner: IDL.Vec(Shelf) }));
const Callback = IDL.Func([IDL.Text], [IDL.Nat], ['query']);
const Numbers = IDL.Record({
  bytes: IDL.Vec(IDL.Int8),
  words: IDL.Vec(IDL.Nat16),
  longs: IDL.Vec(IDL.Int64),
  floats: IDL.Vec(IDL.Float32),
  big: IDL.Int,
});

interface Lending {
  readonly id: number;
  readonly title: string;
  readonly pages: bigint;
  readonly price: number;
  readonly lent: [] | [[Principal, bigint]];
  readonly tags: string[];
  readonly cover: Uint8Array;
}

interface Nested {
  readonly name: string;
  readonly books: number[];
  readonly inner: Nested[];
}

interface Measured {
  readonly bytes: Int8Array;
  readonly words: Uint16Array;
  readonly longs: BigInt64Array;
  readonly floats: number[];
  readonly big: bigint;
}

const books = new StableBTreeMap<number, string>(3);
const events: string[] = [];
let owner = 'nobody';
let lendings: Lending[] = [];

export default class {
  @init([IDL.Text, IDL.Opt(IDL.Nat8)])
  init(name: string, level: [] | [number]): void {
    owner = `${name} ${level[0] ?? 'none'}`;
  }

  @postUpgrade([IDL.Text, IDL.Opt(IDL.Nat8)])
  postUpgrade(name: string, level: [] | [number]): void {
    owner = `${name} again ${level[0] ?? 'none'}`;
  }

  @inspectMessage()
  inspect(method: string, ...values: unknown[]): boolean {
    return (
      method !== 'refused' && msgMethodName() === method && values.every((value) => value !== 'unwanted')
    );
  }

  @query([], IDL.Text)
  ownedBy(): string {
    return owner;
  }

  @query([IDL.Text], IDL.Text)
  greet(name: string): string {
    return `Hello, ${name}!`;
  }

  @update([IDL.Text], IDL.Text)
  greetAll(names: string): string {
    events.push(names);
    return `Hello, ${names}, ${events.length}`;
  }

  @update([IDL.Text])
  refused(): void {}

  @update([Book], result(IDL.Nat32))
  add(book: Lending) {
    if (book.title === '') return { Err: { Empty: null } };
    lendings.push(book);
    books.insert(book.id, book.title);
    return { Ok: lendings.length };
  }

  @update([IDL.Nat32, IDL.Principal], result(Book))
  lend(id: number, to: Principal) {
    const book = lendings.find((candidate) => candidate.id === id);
    if (book === undefined) return { Err: { NotFound: `no book ${id}` } };
    const [lent] = book.lent;
    if (lent !== undefined) return { Err: { Taken: { by: lent[0], until: lent[1] } } };
    const changed: Lending = { ...book, lent: [[to, 2n ** 63n]] };
    lendings = lendings.map((candidate) => (candidate.id === id ? changed : candidate));
    return { Ok: changed };
  }

  @query([], IDL.Vec(Book))
  all(): Lending[] {
    return lendings;
  }

  @query([IDL.Nat32], IDL.Opt(IDL.Text))
  titleOf(id: number): [string] | [] {
    const title = books.get(id);
    return title === null ? [] : [title];
  }

  @query([], IDL.Nat64)
  count(): bigint {
    return books.len();
  }

  @update([IDL.Nat32], IDL.Bool)
  remove(id: number): boolean {
    lendings = lendings.filter((candidate) => candidate.id !== id);
    return books.remove(id) !== null;
  }

  @query([Shelf], IDL.Nat)
  countShelves(shelf: Nested): number {
    const count = ({ inner }: Nested): number => inner.reduce((total, next) => total + count(next), 1);
    return count(shelf);
  }

  @query([Shelf], Shelf)
  turnShelf({ name, books: ids, inner }: Nested): Nested {
    return { name: [...name].reverse().join(''), books: [...ids].reverse(), inner: [...inner].reverse() };
  }

  @query(
    [IDL.Principal],
    IDL.Record({ text: IDL.Text, isAnonymous: IDL.Bool, same: IDL.Principal, made: IDL.Bool }),
  )
  describePrincipal(principal: Principal) {
    return {
      text: principal.toText(),
      isAnonymous: principal.isAnonymous(),
      same: principal,
      made: principal instanceof Principal,
    };
  }

  @query([Callback], Callback)
  passOn(callback: [Principal, string]): [Principal, string] {
    return [callback[0], `${callback[1]}_again`];
  }

  @query([Numbers], IDL.Text)
  describeNumbers(numbers: Record<string, { constructor: { name: string } }>): string {
    return Object.entries(numbers)
      .map(([name, value]) => `${name} ${value.constructor.name} ${String(value)}`)
      .join('; ');
  }

  @query([Numbers], Numbers)
  negate({ bytes, words, longs, floats, big }: Measured): Measured {
    return {
      bytes: Int8Array.from(bytes, (value) => -value),
      words,
      longs: BigInt64Array.from(longs, (value) => -value),
      floats: floats.map((value) => -value),
      big: -big * 10n ** 40n,
    };
  }

  @query([IDL.Reserved, IDL.Opt(IDL.Opt(IDL.Text)), IDL.Null], IDL.Reserved)
  oddities(...values: unknown[]): unknown {
    events.push(JSON.stringify(values));
    return values;
  }

  @update([IDL.Vec(IDL.Nat8)], IDL.Tuple(IDL.Nat32, IDL.Vec(IDL.Nat8)))
  reverse(bytes: Uint8Array): [number, Uint8Array] {
    return [bytes.length, bytes.reverse()];
  }

  @query([IDL.Nat32], IDL.Vec(IDL.Record({ key: IDL.Text, value: IDL.Nat })))
  many(count: number) {
    return Array.from({ length: count }, (_, index) => ({ key: `key ${index}`, value: BigInt(index) ** 3n }));
  }

  /** Where the declared type is Nat, and the answer none. */
  @query([], IDL.Nat)
  answersBadly(): bigint {
    return 'none' as unknown as bigint;
  }

  @query([], IDL.Nat)
  answersNothing(): bigint {
    return undefined as unknown as bigint;
  }

  /** Fields behind getters, and of classes. */
  @query([], IDL.Record({ name: IDL.Text, size: IDL.Nat8 }))
  answersByGetter() {
    return {
      size: 7,
      get name() {
        return 'from a getter';
      },
    };
  }

  @update([IDL.Text])
  traps(message: string): void {
    trap(message);
  }

  @update([IDL.Text])
  throws(message: string): void {
    throw new RangeError(message);
  }

  /** Effects of microtasks show in the reply. */
  @update([], IDL.Vec(IDL.Text))
  inTurns(): string[] {
    const order: string[] = [];
    void Promise.resolve().then(() => order.push('first microtask'));
    queueMicrotask(() => {
      order.push('second microtask');
      void Promise.resolve().then(() => order.push('its own'));
    });
    order.push('the method');
    return order;
  }

  @update([IDL.Text, IDL.Nat8], IDL.Vec(IDL.Text))
  async relay(text: string, times: number): Promise<string[]> {
    const answers: string[] = [];
    for (let turn = 0; turn < times; turn++) {
      answers.push(
        await call<[string], string>(canisterSelf(), 'greetAll', {
          paramIdlTypes: [IDL.Text],
          returnIdlType: IDL.Text,
          args: [`${text} ${turn}`],
        }),
      );
    }
    return answers;
  }

  @update([IDL.Nat8], IDL.Vec(IDL.Text))
  async relayAtOnce(times: number): Promise<string[]> {
    const calls = Array.from({ length: times }, (_, index) =>
      call<[string], string>(canisterSelf(), 'greetAll', {
        paramIdlTypes: [IDL.Text],
        returnIdlType: IDL.Text,
        args: [`caller ${index}`],
      }).then((answer) => `${index}: ${answer}`),
    );
    return Promise.all(calls);
  }

  /** Errors of a call, and what it says of them. */
  @update([IDL.Text, IDL.Bool], IDL.Text)
  async relayBadly(method: string, rightType: boolean): Promise<string> {
    try {
      const answer = await call<[string], unknown>(canisterSelf(), method, {
        paramIdlTypes: [IDL.Text],
        returnIdlType: rightType ? IDL.Text : IDL.Nat,
        args: ['relayed'],
      });
      return `answered ${String(answer)}`;
    } catch (error) {
      const { type, rejectCode } = error as { type?: string; rejectCode?: number };
      return `failed: ${type ?? (error as Error).name} ${rejectCode ?? ''}`;
    }
  }

  @update([IDL.Text])
  async sendsBadly(text: string): Promise<void> {
    await call(canisterSelf(), 'greetAll', { paramIdlTypes: [IDL.Nat], args: [text as never] });
  }

  @update([IDL.Nat64])
  later(delay: bigint): void {
    const set = time();
    setTimer(Number(delay), async () => {
      events.push(`timer: ${time() >= set}`);
      const answer = await call<[string], string>(canisterSelf(), 'greet', {
        paramIdlTypes: [IDL.Text],
        returnIdlType: IDL.Text,
        args: ['the timer'],
      });
      events.push(answer);
    });
  }

  @query([], IDL.Vec(IDL.Text))
  heard(): string[] {
    return events;
  }
}
