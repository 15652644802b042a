/** The company's own functions, which erase data outside the tables: permissions only, the functions are never changed. */
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
    // All are in one region: the config check demands it.
    const [first] = this.arns
    if (first !== undefined) demandRegionOf(this, `The function ${first}`, first)
  }

  /** For the eraser alone: a caller that may ask such a function to count may also ask it to erase. */
  grantInvoke(fn: ServiceFunction): void {
    if (this.arns.length > 0) fn.allow(['lambda:InvokeFunction'], this.arns)
  }
}
