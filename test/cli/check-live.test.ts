import { describe, expect, it } from 'vitest'
import { describeLive } from '../../infra/cli/commands/check.ts'
import type { LiveCheck } from '../../infra/cli/doctor/tables.ts'
import type { SampleNotes } from '../../shared/deployed/table-sample.ts'

const NOTHING: LiveCheck = {
  findings: [],
  text: '',
  deployed: {
    where: 'eu-west-1, account 111122223333',
    tables: 2,
    ledgers: [],
    unseen: [],
    samples: [],
    scans: [],
  },
}
const SAMPLE: SampleNotes = {
  table: 'Shop',
  items: 200,
  unclaimed: 0,
  staying: [],
  going: [],
  unshown: 0,
  keys: [],
}
const noting = (deployed: Partial<LiveCheck['deployed']>): string =>
  describeLive({ ...NOTHING, deployed: { ...NOTHING.deployed, ...deployed } })

describe('check --live says', () => {
  it('in one line that all is well, and where', () => {
    expect(describeLive(NOTHING)).toBe(
      'ok eu-west-1, account 111122223333: the 2 tables of the map are as the map says, and every other table is waived.',
    )
  })

  it('what was taken for the ledger, and what this engine does not support', () => {
    const text = noting({ ledgers: ['Requests'], unseen: ['ListBackups'] })
    expect(text).toContain('Requests: taken for the ledger of this system.')
    expect(text).toContain('the settings from ListBackups, which this engine does not support')
  })

  it('what a scan costs for each request', () => {
    const scan = {
      holding: 'logs',
      table: 'Logs',
      items: 1_234_567,
      bytes: 3.4e9,
      readUnits: 2_490_235,
      dollars: 0.3113,
    }
    const small = { ...scan, holding: 'few', bytes: 5e5, readUnits: 369, dollars: 0.00005, seconds: 90 }
    const text = noting({ scans: [scan, small] })
    expect(text).toContain('logs: about 1,234,567 items, 3.4 GB in Logs: 2,490,235 read units, about $0.31\n')
    expect(text).toContain(
      "few: about 1,234,567 items, 0.5 MB in Logs: 369 read units, less than $0.01, 1.5 min at the table's pace",
    )
  })

  it('which names were found, and nothing of a table where all are mapped', () => {
    const keys = [{ partition: 'USER#', sort: 'GIFT#' }, { sort: 'VIEW#' }]
    const noted = { ...SAMPLE, unclaimed: 3, staying: ['a', 'b'], going: ['c'], unshown: 1, keys }
    const lines = noting({ samples: [noted, { ...SAMPLE, table: 'Bills' }] })
      .split('\n')
      .slice(-5)
    expect(lines).toEqual([
      '  Shop (200 items)',
      '    would stay:             a, b',
      '    erased with their item: c',
      '    not shown:              1 name that may be a value',
      '    of no holding:          3 items, such as USER#… GIFT#…, VIEW#…',
    ])
    expect(noting({ samples: [SAMPLE] })).toBe(describeLive(NOTHING))
  })

  it('how many addresses are not in their normal form', () => {
    const spellings = [{ attribute: 'email', addresses: 40, spelledOtherwise: 3 }]
    const text = noting({ samples: [{ ...SAMPLE, spellings }, SAMPLE] })
    expect(text.split('\n').slice(-2)).toEqual([
      'Addresses in a sample that are not in their normal form. A request finds them only if it meets the same spelling:',
      '  Shop email: 3 of 40 addresses',
    ])
  })
})
