/** The stack that `npx cdk deploy` makes, of this repository. */
import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { DataDeletion, type DataDeletionProps } from './data-deletion.ts'

/** Of a configuration that has been checked. */
export interface DataDeletionStackProps extends StackProps, Omit<DataDeletionProps, 'isChecked'> {}

export class DataDeletionStack extends Stack {
  constructor(scope: Construct, id: string, props: DataDeletionStackProps) {
    super(scope, id, props)
    // The CDK leaves `Default` out of logical ids: what is deployed keeps its own.
    new DataDeletion(this, 'Default', { ...props, isChecked: true })
  }
}
