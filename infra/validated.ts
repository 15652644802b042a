/** Holds an app to the security rules, beside CloudFormation's own, which cdk.json turns on. */
import { type App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'

export function validated(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
