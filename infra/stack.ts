/** The stack that `npx cdk deploy` makes, of this repository. */
import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { DataDeletion, type DataDeletionProps } from './data-deletion.ts'

export interface DataDeletionStackProps extends StackProps, DataDeletionProps {}

export class DataDeletionStack extends Stack {
  constructor(scope: Construct, id: string, props: DataDeletionStackProps) {
    super(scope, id, props)
    // The CDK leaves `Default` out of logical ids: what is deployed keeps its own.
    new DataDeletion(this, 'Default', props)
  }
}
