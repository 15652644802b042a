import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/tables.ts'
import { advance } from '../../shared/requests/request.ts'
import { type Company, clientOf, type Database, openCompany, openDatabase, scan } from '../fixtures/engine.ts'
import { aRequest, NOW } from '../fixtures/request.ts'
import { ledgerContract } from './ledger.contract.ts'

let database: Database
let company: Company
beforeAll(async () => {
  database = await openDatabase()
  company = await openCompany(database)
})
afterAll(() => database.close())

ledgerContract('DynamoDB', async () => company.ledger)

describe('the ledger in DynamoDB', () => {
  it('sees a hold on any of many subjects', async () => {
    const hashes = Array.from({ length: 250 }, (_, n) => `held${n}`)
    expect(await company.ledger.isHeld(hashes)).toBe(false)
    await clientOf(database).send(
      new PutItemCommand({ TableName: LEDGER_TABLE, Item: { pk: { S: 'ID#held249' }, sk: { S: 'HOLD' } } }),
    )
    expect(await company.ledger.isHeld(hashes)).toBe(true)
  })

  it('lets every line of a request expire with it, and never one of an open request', async () => {
    const request = aRequest({ key: 'ee'.repeat(32) as never, state: 'needs_review' })
    await company.ledger.open(request)
    const lines = async () =>
      (await scan(company.client, LEDGER_TABLE)).filter(({ pk }) => pk?.S === `REQ#${request.key}`)
    const approved = advance(request, 'approve', NOW)
    await company.ledger.save(approved, { at: NOW, step: 'approve', by: 'a' })
    expect((await lines()).map(({ expiresAt }) => expiresAt)).toEqual([undefined, undefined])
    const taken = advance(approved, 'take', NOW)
    await company.ledger.save(taken)
    const end = { expiresAt: new Date('2028-11-22T08:00:00.000Z') }
    await company.ledger.finish(advance(taken, 'complete', NOW, end), {
      at: NOW,
      step: 'complete',
      by: 'system',
    })
    expect((await lines()).map(({ expiresAt }) => expiresAt?.N)).toEqual([
      '1858492800',
      '1858492800',
      '1858492800',
    ])
  })
})
