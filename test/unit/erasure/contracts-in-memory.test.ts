/** What an erasure promises, over tables in memory: what a change of one line breaks is seen in seconds. */
import { adversityContract } from '../../contracts/adversity.contract.ts'
import { companyFunctionsContract } from '../../contracts/company-functions.contract.ts'
import { dataMapContract } from '../../contracts/data-map.contract.ts'
import { erasureContract } from '../../contracts/erasure.contract.ts'
import { evidenceContract } from '../../contracts/evidence.contract.ts'
import { manualContract } from '../../contracts/manual.contract.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

erasureContract('in memory', inMemory)
dataMapContract('over tables in memory', inMemory)
companyFunctionsContract('and tables in memory', inMemory)
manualContract('beside tables in memory', inMemory)
evidenceContract('in memory', inMemory)
adversityContract('in memory', inMemory)
