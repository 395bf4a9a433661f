import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderLock } from '../../src/replica/state/folder-lock';
import { withFolder } from './support/served';

const RACER = fileURLToPath(new URL('./support/lock-racer.ts', import.meta.url));
const RACERS = 4;
const RACES = 40;
/** Until all racers have read the line and stand at the start, in milliseconds. */
const HEAD_START = 15;

/** The number of a process that is gone. */
const GONE = String(spawnSync(process.execPath, ['--version']).pid);

class Racer {
  private readonly lines: AsyncIterator<string>;
  private readonly child: ChildProcessWithoutNullStreams;

  constructor() {
    this.child = spawn(process.execPath, ['--import', 'tsx', RACER]);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async answer(): Promise<string> {
    return (await this.lines.next()).value as string;
  }

  race(moment: number, folder: string): Promise<string> {
    this.child.stdin.write(`${moment} ${folder}\n`);
    return this.answer();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

describe('the lock of a state folder', () => {
  let racers: readonly Racer[];
  beforeAll(async () => {
    racers = Array.from({ length: RACERS }, () => new Racer());
    for (const racer of racers) expect(await racer.answer()).toBe('ready');
  }, 60_000);
  afterAll(() => {
    for (const racer of racers) racer.kill();
  });

  it.each([
    ['a dead process left', GONE],
    ['was being written when its process was killed', ''],
    ['is not there', undefined],
  ])(
    'goes to one of several processes that take it at once where the one that %s',
    async (_, stale) => {
      await withFolder(async (root) => {
        for (let race = 0; race < RACES; race++) {
          const folder = join(root, String(race));
          mkdirSync(folder);
          if (stale !== undefined) writeFileSync(join(folder, 'lock'), stale);
          const moment = Date.now() + HEAD_START;
          const results = await Promise.all(racers.map((racer) => racer.race(moment, folder)));
          expect([...results].sort()).toEqual([...Array(RACERS - 1).fill('FOLDER_IN_USE'), 'taken']);
          expect(readdirSync(folder)).toEqual(['lock']);
        }
      });
    },
    60_000,
  );

  it('passes over the claim of a process that was killed, and is gone when released', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, `lock-claim.${GONE}.x`), '');
      const lock = FolderLock.take(folder);
      expect(readdirSync(folder)).toEqual(['lock']);
      expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
      expect(() => FolderLock.take(folder)).toThrow(`process ${process.pid} is using ${folder}`);
      lock.release();
      expect(readdirSync(folder)).toEqual([]);
    });
  });
});
