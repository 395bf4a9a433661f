/** The principal that stands for the IC itself. */
export const MANAGEMENT_CANISTER = 'aaaaa-aa';
