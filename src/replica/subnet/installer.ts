import type { Canister, Installation } from '../canister/canister';
import { CanisterTrap, canisterError, ErrorCode, type Reject, rejectWith } from '../errors';
import type { Execution } from '../execution/execution';
import type { ExecutionKind } from '../execution/execution-record';
import type { MessageExecutor } from '../execution/message-executor';
import { Mode } from '../execution/mode';
import { type CompiledModule, compile } from '../instance/compiled-module';
import { StableMemory } from '../instance/stable-memory';
import { InstrumentedExport } from '../instrument/layout';
import { newCallContext } from './call-context';
import type { Effects } from './effects';
import { creationInstructions, InstallBudget, InstallFailure } from './install-budget';
import { executionPrice } from './prices';
import type { RecentModules } from './recent-modules';

export type InstallMode = 'install' | 'reinstall' | 'upgrade';

export interface InstallRequest {
  readonly mode: InstallMode;
  readonly wasm: Uint8Array;
  readonly argument: Uint8Array;
  readonly sender: Uint8Array;
  /** Only for an upgrade. */
  readonly skipPreUpgrade?: boolean;
}

/**
 * Installs, reinstalls and upgrades: all hooks of one installation are one transaction, with one budget of instructions that compilation
 * is taken from first.
 */
export class Installer {
  constructor(
    private readonly executor: MessageExecutor,
    private readonly effects: Effects,
    private readonly recent: RecentModules,
    private readonly profile: boolean,
  ) {}

  /** Cycles of bringing a snapshot's module to run again. */
  loadingPrice(code: CompiledModule, bytes: number): bigint {
    return executionPrice(creationInstructions(code, this.recent.has(code.hash)) + BigInt(bytes));
  }

  /** @returns why the installation failed; the canister is then as it was before, its cycles excepted */
  install(canister: Canister, request: InstallRequest): Reject | undefined {
    const refusal = refuseInstall(canister, request);
    // Whoever may install at all has set the message's price aside by then, and does not get the base of it back.
    if (refusal?.errorCode === ErrorCode.canisterNonEmpty) canister.pay(executionPrice(0n));
    if (refusal) return refusal;
    const before = snapshot(canister);
    try {
      const code = compileFor(canister, request.wasm, this.profile);
      const budget = new InstallBudget(canister, code, this.recent.has(code.hash));
      if (request.mode === 'upgrade') this.upgrade(canister, request, code, budget);
      else this.replace(canister, request, code, budget);
      canister.stable.commit();
      this.recent.add(code.hash);
      return undefined;
    } catch (error) {
      if (!(error instanceof InstallFailure)) throw error;
      restore(canister, before);
      return error.reject;
    }
  }

  private replace(
    canister: Canister,
    request: InstallRequest,
    code: CompiledModule,
    budget: InstallBudget,
  ): void {
    canister.stable = new StableMemory();
    canister.log.clear();
    canister.certifiedData = new Uint8Array(0);
    canister.globalTimer = 0n;
    canister.version++;
    const installation = canister.prepare(code);
    canister.installation = installation;
    this.runStart(canister, request, installation, budget);
    this.runHook(canister, request, installation, 'init', 'canister_init', budget);
    canister.waitingCalls.clear();
  }

  private upgrade(
    canister: Canister,
    request: InstallRequest,
    code: CompiledModule,
    budget: InstallBudget,
  ): void {
    if (!request.skipPreUpgrade) {
      this.runHook(canister, request, canister.installation!, 'pre_upgrade', 'canister_pre_upgrade', budget);
    }
    canister.globalTimer = 0n;
    canister.version++;
    const installation = canister.prepare(code);
    canister.installation = installation;
    this.runStart(canister, request, installation, budget);
    this.runHook(canister, request, installation, 'post_upgrade', 'canister_post_upgrade', budget);
  }

  private runStart(
    canister: Canister,
    request: InstallRequest,
    installation: Installation,
    budget: InstallBudget,
  ): void {
    if (!installation.instance.code.instrumented.hasStart) return;
    this.run(canister, request, installation, 'start', InstrumentedExport.start, budget);
  }

  private runHook(
    canister: Canister,
    request: InstallRequest,
    installation: Installation,
    kind: ExecutionKind,
    exportName: string,
    budget: InstallBudget,
  ): void {
    if (!installation.instance.code.entryPoints.has(exportName)) return;
    this.run(canister, request, installation, kind, exportName, budget);
  }

  private run(
    canister: Canister,
    request: InstallRequest,
    installation: Installation,
    kind: ExecutionKind,
    exportName: string,
    budget: InstallBudget,
  ): void {
    const { execution, record, trap } = this.executor.run(
      canister,
      installation,
      {
        kind,
        mode: MODES[kind]!,
        method: '',
        caller: request.sender,
        argument: kind === 'pre_upgrade' ? new Uint8Array(0) : request.argument,
        instructionLimit: budget.left,
      },
      () => installation.instance.entry(exportName)(),
      kind === 'pre_upgrade' ? 'hold' : 'install',
    );
    budget.spend(record.chargedInstructions);
    if (trap) throw new InstallFailure(trap);
    this.applyEffects(canister, request, execution);
  }

  private applyEffects(canister: Canister, request: InstallRequest, execution: Execution): void {
    const origin = { kind: 'task' } as const;
    const context = newCallContext({ origin, caller: request.sender, method: '', cycles: 0n });
    this.effects.apply(canister, context, execution);
  }
}

const MODES: Partial<Record<ExecutionKind, Mode>> = {
  start: Mode.start,
  init: Mode.initialize,
  post_upgrade: Mode.initialize,
  pre_upgrade: Mode.preUpgrade,
};

type Snapshot = Pick<Canister, 'installation' | 'stable' | 'certifiedData' | 'globalTimer' | 'version'>;

function snapshot({ installation, stable, certifiedData, globalTimer, version }: Canister): Snapshot {
  return { installation, stable, certifiedData, globalTimer, version };
}

function restore(canister: Canister, before: Snapshot): void {
  Object.assign(canister, before);
  canister.stable.rollback();
  canister.installation?.instance.rollback();
}

function compileFor(canister: Canister, wasm: Uint8Array, profile: boolean): CompiledModule {
  try {
    return compile(wasm, profile);
  } catch (error) {
    if (!(error instanceof CanisterTrap)) throw error;
    throw new InstallFailure(canisterError(canister.name, error.errorCode, error.message));
  }
}

function refuseInstall(canister: Canister, { mode, sender }: InstallRequest): Reject | undefined {
  const name = canister.name;
  if (!canister.isController(sender)) {
    return rejectWith(
      ErrorCode.canisterInvalidController,
      `Only the controllers of the canister ${name} can control it.`,
    );
  }
  if (mode === 'install' && canister.installation) {
    return rejectWith(
      ErrorCode.canisterNonEmpty,
      `Canister ${name} cannot be installed because the canister is not empty. Try installing with mode='reinstall' instead.`,
    );
  }
  if (mode === 'upgrade' && !canister.installation) {
    return canisterError(
      name,
      ErrorCode.wasmModuleNotFound,
      'Attempted to upgrade a canister that contains no Wasm module.',
    );
  }
  return undefined;
}
