/** What the eraser works with: the same for every request. */
import type { Duration } from 'date-fns'
import type { DataMap } from '../data-map/data-map.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Journal } from '../ledger/erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Settle } from '../person/work.ts'
import type { Delays } from '../platform/delays.ts'
import type { Measure } from '../platform/measure.ts'
import type { Records } from '../records/records.ts'
import type { CompanyFunctions } from './company-functions/company-functions.ts'
import type { DueRules } from './still-due.ts'

export interface EraserDeps {
  readonly map: DataMap
  readonly mapHash: string
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  /** Absent where no holding is a function's. */
  readonly companyFunctions?: CompanyFunctions
  readonly ledger: Ledger
  readonly journal: Pick<Journal, 'write'>
  /** How long the journal keeps an entry. */
  readonly journalDays: number
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly clock: () => Date
  readonly delays: Delays
  readonly dueRules: DueRules
  /** Gives indexes the time to show what their tables have. */
  readonly settling: Settle
  readonly newLeaseId: () => string
  /** How long the record of a request outlives its final state. */
  readonly keepRequests: Duration
  readonly measure: Measure
}
