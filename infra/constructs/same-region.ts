/** Refuses a stack in another region than a resource it uses: at synth if the stack's region is known, else at deploy. */
import { Annotations, Aws, CfnRule, Fn, Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { regionOf } from '../../shared/data-map/data-map.ts'

/** @param what Such as `The key of table Shop`. */
export function demandRegionOf(scope: Construct, what: string, arn: string): void {
  const { region } = Stack.of(scope)
  const theirs = regionOf(arn)
  if (Token.isUnresolved(region)) {
    new CfnRule(scope, `In-${theirs}`, {
      assertions: [
        {
          assert: Fn.conditionEquals(Aws.REGION, theirs),
          assertDescription: `${what} is of ${theirs}: deploy the stack there`,
        },
      ],
    })
  } else if (theirs !== region) {
    Annotations.of(scope).addError(
      `${what} is of ${theirs}, the stack of ${region}: both have to be the same`,
    )
  }
}
