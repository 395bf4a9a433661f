import { CanisterLimit } from './limits';
import type { CanisterFacts } from './report';

/** One line of an audit: what was found beside what the IC allows. */
export interface AuditFigure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** The facts that have a limit, in the order in which an audit prints them. */
export function auditFigures(facts: CanisterFacts): AuditFigure[] {
  const limit = CanisterLimit;
  const memoryPages = facts.wideMemory ? limit.wideMemoryPages : limit.memoryPages;
  const foreignImports = facts.imports.filter((name) => !name.startsWith('ic0.')).length;
  return [
    { name: 'module size', value: facts.moduleBytes, limit: limit.moduleBytes, unit: 'bytes' },
    { name: 'code section', value: facts.codeSectionBytes, limit: limit.codeSectionBytes, unit: 'bytes' },
    { name: 'functions', value: facts.functions, limit: limit.functions, unit: 'functions' },
    { name: 'globals', value: facts.globals, limit: limit.globals, unit: 'globals' },
    {
      name: 'largest function',
      value: facts.largestFunction.value,
      limit: limit.functionInstructions,
      unit: 'instructions',
    },
    {
      name: 'most complex function',
      value: facts.mostComplexFunction.value,
      limit: limit.functionComplexity,
      unit: 'complexity',
    },
    { name: 'imports from outside ic0', value: foreignImports, limit: 0, unit: 'imports' },
    { name: 'memories', value: facts.memories, limit: limit.memories, unit: 'memories' },
    { name: 'initial memory', value: facts.memoryPages, limit: memoryPages, unit: 'pages' },
    { name: 'end of active data', value: facts.dataEnd, limit: facts.memoryPages * 65_536, unit: 'bytes' },
    { name: 'tables', value: facts.tables, limit: limit.tables, unit: 'tables' },
    { name: 'table elements', value: facts.tableElements, limit: limit.tableElements, unit: 'elements' },
    {
      name: 'banned table instructions',
      value: facts.bannedTableInstructions,
      limit: 0,
      unit: 'instructions',
    },
    { name: 'memory exports', value: facts.memoryExports, limit: 1, unit: 'exports' },
    { name: 'table exports', value: facts.tableExports, limit: 1, unit: 'exports' },
    { name: 'exported methods', value: facts.methods.length, limit: limit.methodExports, unit: 'methods' },
    { name: 'method names', value: facts.methodNameBytes, limit: limit.methodNameBytes, unit: 'bytes' },
    { name: 'icp: sections', value: facts.icpSections.length, limit: limit.icpSections, unit: 'sections' },
    {
      name: 'icp: section contents',
      value: facts.icpSectionBytes,
      limit: limit.icpSectionBytes,
      unit: 'bytes',
    },
  ];
}
