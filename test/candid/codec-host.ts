import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { compileTypes } from '../../src/codec/compile';
import type { CandidPlan, NativeModule } from '../../src/native/interface';
import type { NodeHost } from '../../src/native/node';
import { startHost } from '../support/native-host';

/** The native codec in Node, with the principals of this process. */
export class CodecHost {
  private constructor(
    readonly host: NodeHost,
    readonly native: NativeModule,
  ) {}

  static async start(): Promise<CodecHost> {
    const host = await startHost();
    host.native.installCandid({
      make: (bytes) => Principal.fromUint8Array(bytes),
      read: (value) => (value instanceof Principal ? value.toUint8Array() : undefined),
    });
    return new CodecHost(host, host.native);
  }

  plan(types: readonly IDL.Type[]): CandidPlan {
    const { words, labels } = compileTypes(IDL, types);
    const plan = this.native.candidPlan(words, labels);
    if (plan === undefined) throw new Error('native code made no plan of these types');
    return plan;
  }

  decode(types: readonly IDL.Type[], bytes: Uint8Array): unknown[] | string {
    return this.native.candidDecode(this.plan(types), bytes);
  }

  encode(types: readonly IDL.Type[], values: readonly unknown[]): Uint8Array | undefined {
    return this.native.candidEncode(this.plan(types), values);
  }
}
