/** The stack that `npx cdk deploy` makes from this repository. */
import { type App, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { Construct } from 'constructs'
import type { DataDeletionProps } from './constructs/props.ts'
import { DataDeletion } from './data-deletion.ts'

/** The configuration must have been checked. */
export interface DataDeletionStackProps extends StackProps, Omit<DataDeletionProps, 'isChecked'> {}

export class DataDeletionStack extends Stack {
  constructor(scope: Construct, id: string, props: DataDeletionStackProps) {
    super(scope, id, props)
    // The CDK leaves `Default` out of logical ids, so those of stacks already deployed stay the same.
    new DataDeletion(this, 'Default', { ...props, isChecked: true })
  }
}

/** Holds an app to the security rules, beside CloudFormation's own, which cdk.json turns on. */
export function validated(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
