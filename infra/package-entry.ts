/** The exports of the package `facebook-data-deletion`. */

export {
  type DeletionConfig,
  defineConfig,
  type EmailRequests,
  type MetaApp,
  type Organization,
} from '../shared/config/define.ts'
export type {
  Action,
  DataMap,
  Find,
  FunctionHolding,
  Holding,
  Identity,
  Index,
  ManualHolding,
  Table,
  TableHolding,
} from '../shared/data-map/data-map.ts'
export type { RetentionRule } from '../shared/data-map/retention.ts'
export type { CustomDomain, DataDeletionProps } from './constructs/props.ts'
export { DataDeletion } from './data-deletion.ts'
