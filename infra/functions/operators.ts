/** Functions for operators: the two that their tool calls, and the one that notes what they have to replay. */
import { deadlinesOf, extensionsOf } from '../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import {
  confirmWithin,
  coolingOff,
  keepRequests,
  type OperateConfig,
  type ViewConfig,
} from '../../shared/config/function-config.ts'
import { journalDays } from '../../shared/config/journal.ts'
import { mapHash, mapValues } from '../../shared/data-map/map-hash.ts'
import type { FunctionEntry } from './entry.ts'

const LOOKS = ['GetItem', 'BatchGetItem', 'Query', 'Scan'] as const

export const OPERATOR_FUNCTIONS = {
  view: {
    description: "The operator's tool: looks, and cannot write",
    file: 'operator',
    handler: 'view',
    timeoutSeconds: 60,
    settings: ['ledgerTable', 'tables', 'indexSecret'],
    ledger: LOOKS,
    ledgerIndexes: ['receivedIndex'],
    companyTables: 'find',
    config: (config, { workers }): ViewConfig => ({
      dataMap: config.dataMap,
      mapHash: mapHash(config.dataMap),
      workers,
      apps: idsOf(config.apps),
      ...(config.email && {
        links: { confirmWithin: confirmWithin(config.email), coolingOff: coolingOff(config.email) },
      }),
    }),
  },
  operate: {
    description: "The operator's tool: decides on requests",
    file: 'operator',
    handler: 'operate',
    timeoutSeconds: 60,
    settings: ['ledgerTable', 'tables', 'indexSecret', 'sealSecret', 'pauseScale', 'journalBucket'],
    ledger: [...LOOKS, 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    ledgerIndexes: ['receivedIndex'],
    // After a restore anybody may be back, anywhere.
    companyTables: 'scan',
    journal: 'read',
    config: (config, { workers }): OperateConfig => ({
      dataMap: config.dataMap,
      mapHash: mapHash(config.dataMap),
      keepRequests: keepRequests(config),
      deadlines: deadlinesOf(config.deadlines),
      extensions: extensionsOf(config.deadlines),
      apps: idsOf(config.apps),
      journalDays: journalDays(config),
      timeZone: config.organization.timeZone,
      workers,
    }),
  },
  restores: {
    description: 'Notes that a table was restored, so that somebody replays who was erased',
    timeoutSeconds: 30,
    // Restores of any table: the function sees whether it is one of these.
    events: {
      source: ['aws.dynamodb'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['dynamodb.amazonaws.com'],
        eventName: ['RestoreTableToPointInTime', 'RestoreTableFromBackup', 'RestoreTableFromAwsBackup'],
        errorCode: [{ exists: false }],
      },
    },
    settings: ['ledgerTable', 'tables'],
    ledger: ['PutItem'],
    companyTables: 'names',
    config: () => ({}),
  },
} as const satisfies Readonly<Record<string, FunctionEntry>>

const idsOf = (apps: DeletionConfig['apps']): ViewConfig['apps'] =>
  mapValues(apps, ({ appId, identity, scope }) => ({ appId, identity, scope }))
