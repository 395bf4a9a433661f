import { trapWithName } from './trap';

// The engine's imports by which its glue relayed callbacks into JavaScript: VFSs, virtual tables and hooks written there.
// None is ever registered, so a call means that something else went wrong. Each name spells its signature: result,
// then parameters, of which p is a pointer, i an integer, j 64 bits in two halves.

function relayed(signature: string): i32 {
  trapWithName(
    'Tabularium: the SQLite engine called into JavaScript, which is not there, through ',
    signature,
  );
  return 0;
}

export function engine_ipp(_a: i32, _b: i32): i32 {
  return relayed('ipp');
}

export function engine_ipp_async(_a: i32, _b: i32): i32 {
  return relayed('ipp_async');
}

export function engine_ippipppp(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ippipppp');
}

export function engine_ippipppp_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ippipppp_async');
}

export function engine_ippp(_a: i32, _b: i32, _c: i32): i32 {
  return relayed('ippp');
}

export function engine_ippp_async(_a: i32, _b: i32, _c: i32): i32 {
  return relayed('ippp_async');
}

export function engine_ipppi(_a: i32, _b: i32, _c: i32, _d: i32): i32 {
  return relayed('ipppi');
}

export function engine_ipppi_async(_a: i32, _b: i32, _c: i32, _d: i32): i32 {
  return relayed('ipppi_async');
}

export function engine_ipppiii(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32): i32 {
  return relayed('ipppiii');
}

export function engine_ipppiii_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32): i32 {
  return relayed('ipppiii_async');
}

export function engine_ipppiiip(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ipppiiip');
}

export function engine_ipppiiip_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ipppiiip_async');
}

export function engine_ipppip(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ipppip');
}

export function engine_ipppip_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ipppip_async');
}

export function engine_ipppj(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ipppj');
}

export function engine_ipppj_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ipppj_async');
}

export function engine_ipppp(_a: i32, _b: i32, _c: i32, _d: i32): i32 {
  return relayed('ipppp');
}

export function engine_ipppp_async(_a: i32, _b: i32, _c: i32, _d: i32): i32 {
  return relayed('ipppp_async');
}

export function engine_ippppi(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ippppi');
}

export function engine_ippppi_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): i32 {
  return relayed('ippppi_async');
}

export function engine_ippppij(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ippppij');
}

export function engine_ippppij_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ippppij_async');
}

export function engine_ippppip(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32): i32 {
  return relayed('ippppip');
}

export function engine_ippppip_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32): i32 {
  return relayed('ippppip_async');
}

export function engine_ipppppip(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ipppppip');
}

export function engine_ipppppip_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): i32 {
  return relayed('ipppppip_async');
}

export function engine_vppippii(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): void {
  relayed('vppippii');
}

export function engine_vppippii_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32, _f: i32, _g: i32): void {
  relayed('vppippii_async');
}

export function engine_vppp(_a: i32, _b: i32, _c: i32): void {
  relayed('vppp');
}

export function engine_vppp_async(_a: i32, _b: i32, _c: i32): void {
  relayed('vppp_async');
}

export function engine_vpppip(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): void {
  relayed('vpppip');
}

export function engine_vpppip_async(_a: i32, _b: i32, _c: i32, _d: i32, _e: i32): void {
  relayed('vpppip_async');
}
