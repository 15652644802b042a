/** Functions that work on requests by themselves: the eraser, the sweep, the retention clock. */
import { deadlinesOf } from '../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import {
  type EraseConfig,
  keepRequests,
  type RetentionConfig,
  type SweepConfig,
} from '../../shared/config/function-config.ts'
import { journalDays } from '../../shared/config/journal.ts'
import { mapHash } from '../../shared/data-map/map-hash.ts'
import type { FunctionEntry } from './entry.ts'

export const WORKERS = {
  erase: {
    description:
      "Erases what the data map names, and looks again; the only one that may delete in the company's tables",
    timeoutSeconds: 120,
    memoryMb: 1024,
    queue: {
      batchSize: 1,
      maxConcurrency: 5,
      visibilityTimeoutSeconds: 720,
      retentionSeconds: 14 * 24 * 3600,
      maxReceiveCount: 5,
    },
    settings: [
      'ledgerTable',
      'indexSecret',
      'sealSecret',
      'tables',
      'pauseScale',
      'metricNamespace',
      'journalBucket',
    ],
    ledger: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    companyTables: 'erase',
    journal: 'write',
    config: (config, { workers }): EraseConfig => ({
      dataMap: config.dataMap,
      mapHash: mapHash(config.dataMap),
      keepRequests: keepRequests(config),
      journalDays: journalDays(config),
      workers,
      timeZone: config.organization.timeZone,
      deauthorize: deauthorizeOf(config),
    }),
  },
  sweep: {
    description: 'Moves on every open request that is due',
    timeoutSeconds: 55,
    schedule: { id: 'sweep', everySeconds: 60 },
    settings: ['ledgerTable', 'pauseScale', 'metricNamespace'],
    ledger: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    ledgerIndexes: ['openIndex', 'receivedIndex'],
    config: (config): SweepConfig => ({ keepRequests: keepRequests(config) }),
  },
  retention: {
    description: 'Looks for people whose data is due by a rule, and opens requests for them',
    timeoutSeconds: 300,
    needs: 'retention',
    // A pass a day over each rule: in the other hours, a pass that has stopped goes on.
    schedule: { id: 'retention', everySeconds: 3600 },
    settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'tables', 'pauseScale'],
    ledger: ['GetItem', 'PutItem', 'UpdateItem'],
    companyTables: 'due',
    config: ({ dataMap, deadlines, locales, organization }, { workers }): RetentionConfig => ({
      dataMap,
      locale: locales[0],
      workers,
      timeZone: organization.timeZone,
      deadlines: deadlinesOf(deadlines),
    }),
  },
} as const satisfies Readonly<Record<string, FunctionEntry>>

const deauthorizeOf = ({ apps }: DeletionConfig): EraseConfig['deauthorize'] =>
  Object.fromEntries(
    Object.entries(apps).flatMap(([name, { deauthorize = 'ignore' }]) =>
      deauthorize === 'ignore' ? [] : [[name, deauthorize]],
    ),
  )
