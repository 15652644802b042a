/** All that a map names by ARN is of one region and one account: the stack's. */
import { accountOf, regionOf } from '../../data-map/data-map.ts'
import { isFunctionHolding } from '../../data-map/holdings.ts'
import type { Finding } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export function* regionRules({ tables, holdings }: KnownParts): Generator<Finding> {
  const keys = [...tables.parts].flatMap(([name, { kmsKeyArn }]) =>
    kmsKeyArn === undefined ? [] : [{ place: `tables.${name}.kmsKeyArn`, what: 'a key', arn: kmsKeyArn }],
  )
  const functions = [...holdings.parts].flatMap(([name, holding]) => {
    return isFunctionHolding(holding)
      ? [{ place: `holdings.${name}.function`, what: 'a function', arn: holding.function }]
      : []
  })
  const [first, ...others] = [...keys, ...functions]
  if (!first) return
  for (const { place, what, arn } of others) {
    const [mine, theirs] = [whereIs(arn), whereIs(first.arn)]
    if (mine === theirs) continue
    const problem = `is ${what} of ${mine}, while "${first.place}" is of ${theirs}`
    const remedy =
      'another region or account is not supported yet: deploy once for each, with the tables that are there'
    yield { place: `dataMap.${place}`, problem, remedy }
  }
}

const whereIs = (arn: string): string => `${regionOf(arn)} in account ${accountOf(arn)}`
