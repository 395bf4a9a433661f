import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { idlFactory } from '../../src/candid';

const service = idlFactory({ IDL }) as unknown as { _fields: [string, IDL.FuncClass][] };

/** Every method of the canister by its name. */
export const functions: ReadonlyMap<string, IDL.FuncClass> = new Map(service._fields);

/** Arguments of a method that name an archive wherever they may, and else mean as little as they can. */
export function plainArguments(method: string, archive: string): Uint8Array {
  const { argTypes } = functions.get(method)!;
  return new Uint8Array(
    IDL.encode(
      argTypes,
      argTypes.map((type) => plainValue(type, archive)),
    ),
  );
}

function plainValue(type: IDL.Type, archive: string): unknown {
  if (type instanceof IDL.TextClass) return archive;
  if (type instanceof IDL.PrincipalClass) return Principal.anonymous();
  if (type instanceof IDL.BoolClass) return false;
  if (type instanceof IDL.OptClass || type instanceof IDL.VecClass) return [];
  if (type instanceof IDL.RecordClass) {
    return Object.fromEntries(type._fields.map(([field, inner]) => [field, plainValue(inner, archive)]));
  }
  if (type instanceof IDL.VariantClass) {
    const [name, inner] = type._fields[0]!;
    return { [name]: plainValue(inner, archive) };
  }
  if (type instanceof IDL.NullClass) return null;
  return type instanceof IDL.FixedNatClass && type._bits < 64 ? 0 : 0n;
}
