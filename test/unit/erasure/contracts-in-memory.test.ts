/** What an erasure promises, over tables in memory: what a change of one line breaks is seen in seconds. */
import { adversityContract } from '../../contracts/adversity.contract.ts'
import { companyFunctionsContract } from '../../contracts/company-functions.contract.ts'
import { dataMapContract } from '../../contracts/data-map.contract.ts'
import { erasureContract } from '../../contracts/erasure.contract.ts'
import { evidenceContract } from '../../contracts/evidence.contract.ts'
import { manualContract } from '../../contracts/manual.contract.ts'
import { premisesInMemory } from '../../fixtures/world/premises.ts'

const build = async () => premisesInMemory()

erasureContract('in memory', build)
dataMapContract('over tables in memory', build)
companyFunctionsContract('and tables in memory', build)
manualContract('beside tables in memory', build)
evidenceContract('in memory', build)
adversityContract('in memory', build)
