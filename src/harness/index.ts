export { Installation, type InstallChoices, installArgument } from './installation';
export { principalOf } from './principal';
