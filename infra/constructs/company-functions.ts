/** The company's own functions that erase what lies outside the tables. They are named here, never created or changed. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { functionAccess } from '../../shared/config/access.ts'
import type { DataMap } from '../../shared/data-map/data-map.ts'
import type { ServiceFunction } from './functions/service-function.ts'
import { demandRegionOf } from './same-region.ts'

export class CompanyFunctions extends Construct {
  private readonly arns: readonly string[]

  constructor(scope: Construct, id: string, { dataMap }: { readonly dataMap: DataMap }) {
    super(scope, id)
    this.arns = functionAccess(dataMap)
    // The check has seen to it that all are of one region.
    const [first] = this.arns
    if (first !== undefined) demandRegionOf(this, `The function ${first}`, first)
  }

  /** For the eraser alone: who may ask such a function to count may as well ask it to erase. */
  grantInvoke(fn: ServiceFunction): void {
    if (this.arns.length === 0) return
    fn.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...this.arns] }))
  }
}
