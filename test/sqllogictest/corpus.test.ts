import { describe, expect, it } from 'vitest';
import { newDatabase } from '../support/native-host';
import { InstalledTabularium, OPERATOR } from '../support/tabularium';
import { CanisterEngine } from './canister-engine';
import { corpusFolder, readCorpus, sampleOf } from './corpus';
import { FacadeEngine } from './facade-engine';
import { runScript } from './run';

const folder = corpusFolder();
const title = folder ? 'the corpus' : 'the corpus (skipped: SQLLOGICTEST_DIR names no folder of scripts)';

/** Records of a script that go over the wire, where each is a message. */
const WIRE_STATEMENTS = 250;
const WIRE_QUERIES = 60;

describe.skipIf(!folder)(title, () => {
  const scripts = folder ? readCorpus(folder) : [];

  it.each(scripts)('$name holds through the facade in Node', async (script) => {
    const db = await newDatabase();
    const { failures, run } = await runScript(script, new FacadeEngine(db));
    expect(failures).toEqual([]);
    expect(run).toBe(script.records.length);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('holds over the wire, a sample of it', async () => {
    const canister = await InstalledTabularium.install();
    const short = scripts
      .map((script) => sampleOf(script, WIRE_QUERIES))
      .filter(({ records }) => records.length <= WIRE_STATEMENTS + WIRE_QUERIES);
    expect(short).not.toEqual([]);
    for (const [index, script] of short.entries()) {
      const archive = `script-${index}`;
      await canister.client().createArchive(archive);
      const { failures } = await runScript(script, new CanisterEngine(canister.actor(OPERATOR), archive));
      expect(failures).toEqual([]);
    }
  });
});
