export { defaultIngredients, type Ingredients } from './addon';
export type { EngineDescriptor } from './engine/descriptor';
export { LinkError, type LinkErrorCode } from './errors';
export type { AzleDescriptor } from './host/azle';
export { type CanisterLinkOptions, type LinkedCanister, linkCanister } from './link-canister';
export { linkNode, type NodeLinkOptions, type NodeModule } from './link-node';
export type { AddressMap } from './native/address-map';
export { type Audit, auditText } from './output/audit';
export { originalPlaces } from './output/source-places';
