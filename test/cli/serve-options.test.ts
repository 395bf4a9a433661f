import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Ed25519KeyIdentity } from '@icp-sdk/core/identity';
import { describe, expect, it } from 'vitest';
import { DEVELOPMENT_SEED, developmentPem, developmentPrincipal } from '../../src/cli/development-identity';
import { parseServeOptions } from '../../src/cli/serve-options';
import { UsageError } from '../../src/cli/usage-error';

const PROGRAM = fileURLToPath(new URL('../../bin/tabularium.mjs', import.meta.url));

describe('options of tabularium serve', () => {
  it('have defaults', () => {
    expect(parseServeOptions([])).toEqual({
      port: 4944,
      host: '127.0.0.1',
      state: '.tabularium/network',
      canister: undefined,
      argument: undefined,
      controllers: [],
      upgrade: false,
      trace: false,
      rules: undefined,
      pagePrice: undefined,
    });
    expect(parseServeOptions(['--help'])).toBeUndefined();
  });

  it('are read as what they stand for', () => {
    const options = parseServeOptions(
      '--port 0 --argument 4449444C0000 --controller aaaaa-aa --controller i3flu-baaaa-aaaai-aaaaa-cai --upgrade'.split(
        ' ',
      ),
    )!;
    expect(options.port).toBe(0);
    expect([...options.argument!]).toEqual([0x44, 0x49, 0x44, 0x4c, 0, 0]);
    expect(options.controllers.map((controller) => controller.toText())).toEqual([
      'aaaaa-aa',
      'i3flu-baaaa-aaaai-aaaaa-cai',
    ]);
    expect(options.upgrade).toBe(true);
  });

  it.each([
    ['--port 70000', /--port/],
    ['--port many', /--port/],
    ['--argument 4449444', /--argument/],
    ['--controller nobody', /--controller/],
    ['--controller 2vxsx-fae', /--controller.*anonymous/],
    ['--unknown', /--unknown/],
  ])('are refused when they cannot be meant: %s', (text, named) => {
    expect(() => parseServeOptions(text.split(' '))).toThrow(UsageError);
    expect(() => parseServeOptions(text.split(' '))).toThrow(named);
  });

  it('end the command with 2 and the usage when they are wrong', async () => {
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [PROGRAM, 'serve', '--port', 'x'], (error, _, text) => {
        resolve({ code: error?.code, stderr: text });
      });
    });
    expect(code).toBe(2);
    expect(stderr).toContain("'x' is not a port");
  });
});

describe('the development identity', () => {
  it('is what agents make of the seed that the command prints', () => {
    const identity = Ed25519KeyIdentity.generate(new TextEncoder().encode(DEVELOPMENT_SEED));
    expect(developmentPrincipal().toText()).toBe(identity.getPrincipal().toText());
    expect(createPrivateKey(developmentPem()).asymmetricKeyType).toBe('ed25519');
  });
});
