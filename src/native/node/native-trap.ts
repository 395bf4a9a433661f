/**
 * Native code ended the message. In a canister the IC then undoes whatever the message did; in Node stable memory is
 * put back to where the call (or the {@link NodeHost.message}) began, and the host is over: start another one.
 */
export class NativeTrap extends Error {
  override readonly name = 'NativeTrap';
}
