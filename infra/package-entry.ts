/** What `import … from 'facebook-data-deletion'` gives. */

export type {
  Action,
  DataMap,
  Find,
  FunctionHolding,
  Holding,
  Identity,
  Index,
  ManualHolding,
  RetentionRule,
  Table,
  TableHolding,
} from '../shared/config/data-map.ts'
export {
  type DeletionConfig,
  defineConfig,
  type EmailRequests,
  type MetaApp,
  type Organization,
} from '../shared/config/define.ts'
export type { CustomDomain } from './constructs/custom-domain.ts'
export { DataDeletion, type DataDeletionProps } from './data-deletion.ts'
