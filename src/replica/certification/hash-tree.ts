import { createHash } from 'node:crypto';

/** A tree of labels: what the subnet knows, by path. A `Uint8Array` is a value, a map a level of labels in any order. */
export type LabelTree = Uint8Array | LabelMap;
export type LabelMap = ReadonlyMap<string, LabelTree>;

/** A path of labels. Labels are binary; this replica keeps them as strings of one character a byte, which sort as bytes do. */
export type LabelPath = readonly string[];

/** A hash tree as certificates hold it (IC interface specification, "Certificate"). */
export type HashTree =
  | readonly [0]
  | readonly [1, HashTree, HashTree]
  | readonly [2, Uint8Array, HashTree]
  | readonly [3, Uint8Array]
  | readonly [4, Uint8Array];

const EMPTY: HashTree = [0];

export function label(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('latin1');
}

function labelBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** The hash tree of a label tree in which everything that no path asks for is pruned; absence of a path that is asked for shows. */
export function witness(tree: LabelTree, paths: readonly LabelPath[]): HashTree {
  if (paths.some((path) => path.length === 0)) return whole(tree);
  if (tree instanceof Uint8Array) return pruned(whole(tree));
  const labels = [...tree.keys()].sort();
  const wanted = new Map<string, LabelPath[]>();
  for (const [first, ...rest] of paths) {
    for (const shown of tree.has(first!) ? [first!] : neighbours(labels, first!)) {
      const inside = wanted.get(shown) ?? [];
      if (shown === first) inside.push(rest);
      wanted.set(shown, inside);
    }
  }
  return fork(labels, (name) => {
    const inside = wanted.get(name);
    if (!inside) return pruned([2, labelBytes(name), whole(tree.get(name)!)]);
    return [2, labelBytes(name), witness(tree.get(name)!, inside)];
  });
}

export function rootHash(tree: HashTree): Uint8Array {
  switch (tree[0]) {
    case 0:
      return hash('ic-hashtree-empty');
    case 1:
      return hash('ic-hashtree-fork', rootHash(tree[1]), rootHash(tree[2]));
    case 2:
      return hash('ic-hashtree-labeled', tree[1], rootHash(tree[2]));
    case 3:
      return hash('ic-hashtree-leaf', tree[1]);
    default:
      return tree[1];
  }
}

function whole(tree: LabelTree): HashTree {
  if (tree instanceof Uint8Array) return [3, tree];
  return fork([...tree.keys()].sort(), (name) => [2, labelBytes(name), whole(tree.get(name)!)]);
}

/** A label that is absent shows by the labels that are next to where it would be. */
function neighbours(labels: readonly string[], absent: string): string[] {
  const after = labels.findIndex((name) => name > absent);
  const position = after < 0 ? labels.length : after;
  return labels.slice(Math.max(0, position - 1), position + 1);
}

function fork(labels: readonly string[], leaf: (name: string) => HashTree): HashTree {
  if (labels.length === 0) return EMPTY;
  if (labels.length === 1) return leaf(labels[0]!);
  const middle = labels.length >> 1;
  const left = fork(labels.slice(0, middle), leaf);
  const right = fork(labels.slice(middle), leaf);
  return left[0] === 4 && right[0] === 4 ? pruned([1, left, right]) : [1, left, right];
}

function pruned(tree: HashTree): HashTree {
  return [4, rootHash(tree)];
}

/** SHA-256 behind a domain separator, which is preceded by its length. */
export function hash(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('sha256').update(separator(domain));
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

export function separator(domain: string): Buffer {
  return Buffer.concat([Buffer.of(domain.length), Buffer.from(domain, 'latin1')]);
}
