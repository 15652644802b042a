/** Why a request is refused, or takes longer: what the operator may say, and the sentence that the person reads. */
import type { Localized } from '../config/data-map.ts'

/** Total: a reason without its sentence in a language does not compile. */
export const REFUSALS = {
  legal_obligation: {
    vi: 'Pháp luật buộc phải giữ dữ liệu này.',
    en: 'A law requires this data to be kept.',
  },
  legal_claim: {
    vi: 'Dữ liệu này cần cho việc xác lập, thực hiện hoặc bảo vệ một yêu cầu pháp lý.',
    en: 'The data is needed to make, exercise or defend a legal claim.',
  },
  order_of_authority: {
    vi: 'Một cơ quan có thẩm quyền đã ra lệnh giữ dữ liệu này.',
    en: 'An authority has ordered this data to be kept.',
  },
  fraud_or_security: {
    vi: 'Dữ liệu này cần để làm rõ một vụ gian lận hoặc để bảo vệ người khác.',
    en: 'The data is needed to settle a case of fraud, or to keep others safe.',
  },
  open_contract: {
    vi: 'Dữ liệu này cần cho một hợp đồng còn hiệu lực.',
    en: 'The data is needed for a contract that is still open.',
  },
  identity_not_confirmed: {
    vi: 'Không thể xác nhận rằng người yêu cầu chính là chủ của dữ liệu.',
    en: 'It could not be confirmed that whoever asked is the person whose data it is.',
  },
  repeated_without_reason: {
    vi: 'Cùng một yêu cầu đã được gửi nhiều lần mà không có lý do mới.',
    en: 'The same request was made again and again, without a new reason.',
  },
} as const satisfies Readonly<Record<string, Localized>>

export type RefusalReason = keyof typeof REFUSALS
export const REFUSAL_REASONS = Object.keys(REFUSALS) as readonly RefusalReason[]

export const EXTENSIONS = {
  complex: {
    vi: 'Yêu cầu này phức tạp nên cần thêm thời gian.',
    en: 'This request is complex, so it takes longer.',
  },
  many_requests: {
    vi: 'Hiện có nhiều yêu cầu nên cần thêm thời gian.',
    en: 'There are many requests at present, so it takes longer.',
  },
  others_must_act: {
    vi: 'Bên xử lý dữ liệu thay chúng tôi cũng phải thực hiện nên cần thêm thời gian.',
    en: 'Others who process data for us have to act as well, so it takes longer.',
  },
} as const satisfies Readonly<Record<string, Localized>>

export type ExtensionReason = keyof typeof EXTENSIONS
export const EXTENSION_REASONS = Object.keys(EXTENSIONS) as readonly ExtensionReason[]
