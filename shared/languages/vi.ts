/** The Vietnamese texts of pages and mails. */
import type { Language } from './language.ts'
import type { MailTexts } from './mail-texts.ts'
import type { PageTexts } from './page-texts.ts'

const pages: PageTexts = {
  language: 'Tiếng Việt',
  languages: 'Ngôn ngữ',
  privacyPolicy: 'Chính sách quyền riêng tư',
  home: {
    title: 'Yêu cầu xoá dữ liệu của bạn',
    intro: ({ name }) =>
      `Đây là trang của ${name}. Tại đây bạn có thể xem cách yêu cầu xoá dữ liệu của mình và theo dõi một yêu cầu đã gửi.`,
    fromFacebook: 'Từ Facebook',
    fromFacebookWhen: ({ name }) =>
      `Nếu bạn đã dùng Facebook với ${name}, hãy gửi yêu cầu trong phần cài đặt của Facebook:`,
    steps: [
      () => 'Mở Cài đặt và quyền riêng tư, chọn Cài đặt, rồi chọn Ứng dụng và trang web.',
      ({ name }) => `Chọn ứng dụng của ${name} và gỡ ứng dụng đó.`,
      () =>
        'Mở mục Xem ứng dụng đã gỡ (View removed apps), chọn lại ứng dụng, rồi chọn Gửi yêu cầu (Send Request).',
      () => 'Facebook sẽ cho bạn mã xác nhận và đường dẫn đến trang theo dõi yêu cầu. Hãy giữ lại cả hai.',
    ],
    byEmail: 'Qua email',
    byRequestMail:
      'Hãy gửi email từ chính địa chỉ mà bạn dùng với chúng tôi đến địa chỉ dưới đây. Nội dung viết thế nào cũng được. Chúng tôi sẽ trả lời bằng một đường dẫn để bạn xác nhận.',
    byEmailHow: 'Bạn cũng có thể viết thư cho chúng tôi. Hãy nêu rõ tài khoản hoặc địa chỉ email liên quan.',
    byForm: 'Qua biểu mẫu',
    byFormHow:
      'Nhập địa chỉ email mà bạn dùng với chúng tôi. Chúng tôi sẽ gửi đến đó một đường dẫn để bạn xác nhận; trước khi bạn xác nhận, chưa có gì bị xoá.',
    check: 'Theo dõi một yêu cầu',
    what: 'Những gì được xoá và những gì được giữ lại',
    erased: ({ name }) => `Khi bạn yêu cầu, ${name} tìm các loại dữ liệu sau về bạn và xoá chúng:`,
    redacted: 'Các bản ghi sau vẫn còn, chỉ bỏ những chi tiết về bạn trong đó:',
    retained: ({ name }) =>
      `Pháp luật hoặc một nghĩa vụ khác buộc ${name} giữ lại những dữ liệu sau, kể cả khi bạn yêu cầu xoá:`,
    keptFor: (length) => `Thời gian lưu giữ: ${length} kể từ ngày của bản ghi.`,
    platformOnly:
      (products) =>
      ({ name }) =>
        `Yêu cầu gửi từ ${products} chỉ xoá những gì đến từ đó; tài khoản của bạn tại ${name} vẫn còn. Khi đó trang trạng thái sẽ nói rõ điều này và cách xoá cả tài khoản.`,
    howLong: 'Thời gian thực hiện',
    doneWithin: (length) =>
      `Thường chỉ vài phút, và thông thường không quá ${length}; nếu lâu hơn, trang trạng thái sẽ cho biết. Trang này nêu hạn thực hiện, những gì đã làm, và còn xem được một thời gian sau đó. Dữ liệu trong các bản sao lưu hết hạn muộn hơn; trang trạng thái cho biết khi nào, nếu đã xác định được.`,
    lost: 'Nếu bạn làm mất mã',
    lostFromFacebook:
      'Nếu bạn yêu cầu từ Facebook: mở Cài đặt và quyền riêng tư, chọn Cài đặt, chọn Ứng dụng và trang web, rồi Xem ứng dụng đã gỡ (View removed apps). Yêu cầu của bạn ở đó, cùng với đường dẫn.',
    lostByEmail:
      'Nếu bạn yêu cầu qua email hoặc biểu mẫu: hãy yêu cầu lại theo cách cũ. Khi yêu cầu còn chờ bạn xác nhận, bạn sẽ nhận lại đúng đường dẫn đó.',
    rights: 'Xem, sửa dữ liệu của bạn hoặc khiếu nại',
    rightsHow: ({ name }) =>
      `Để xem ${name} đang giữ dữ liệu gì về bạn, hoặc để sửa dữ liệu đó, hãy viết đến địa chỉ dưới đây. Để khiếu nại về một yêu cầu, hãy mở trang trạng thái của yêu cầu bằng mã; nếu không còn mã, hãy viết đến địa chỉ dưới đây. Bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
  },
  requestForm: {
    label: 'Địa chỉ email',
    button: 'Gửi yêu cầu',
    unusable: 'Đây không phải là một địa chỉ email mà chúng tôi có thể gửi thư đến. Vui lòng kiểm tra lại.',
    title: 'Hãy xem hộp thư của bạn',
    received: [
      ({ name }) =>
        `Nếu địa chỉ bạn nhập nhận được thư, ${name} sẽ gửi đến đó một email có mã xác nhận và đường dẫn để xác nhận yêu cầu. Chưa có gì bị xoá cho đến khi yêu cầu được xác nhận.`,
      () =>
        'Thư thường đến trong vài phút. Nếu không thấy, hãy xem cả mục thư rác. Mỗi địa chỉ chỉ được trả lời một lần trong một giờ.',
    ],
  },
  confirm: {
    title: 'Xác nhận yêu cầu xoá dữ liệu',
    intro: ({ name }) =>
      `Ai đó, hẳn là bạn, đã yêu cầu ${name} xoá dữ liệu gắn với địa chỉ email này. Nếu không phải bạn, hãy đóng trang này: sẽ không có gì xảy ra.`,
    kept: 'Những gì pháp luật buộc phải giữ sẽ được giữ lại; trang trạng thái sẽ cho biết giữ những gì, vì sao và đến khi nào. Tài khoản đã xoá không thể khôi phục.',
    box: 'Tôi hiểu, và tôi muốn dữ liệu của mình được xoá.',
    button: 'Xác nhận xoá dữ liệu',
    missing: 'Chưa có gì được xác nhận. Hãy đánh dấu vào ô rồi bấm nút một lần nữa.',
  },
  withdraw: {
    title: 'Rút lại yêu cầu xoá dữ liệu',
    intro: ({ name }) =>
      `Nếu bạn rút lại, ${name} sẽ không xoá gì theo yêu cầu này. Bạn có thể gửi yêu cầu mới bất cứ lúc nào.`,
    box: 'Tôi muốn rút lại yêu cầu này.',
    button: 'Rút lại yêu cầu',
    missing: 'Chưa có gì được rút lại. Hãy đánh dấu vào ô rồi bấm nút một lần nữa.',
  },
  codeField: {
    label: 'Mã xác nhận',
    hint: 'Gồm 24 chữ cái và chữ số. Chữ hoa, chữ thường, dấu cách và dấu gạch nối đều được.',
    button: 'Xem trạng thái',
  },
  status: {
    title: 'Trạng thái yêu cầu xoá dữ liệu',
    dates: 'Các mốc thời gian',
    received: 'Đã nhận',
    due: 'Hạn thực hiện',
    completed: 'Hoàn tất',
    ended: 'Kết thúc',
    confirmBy: 'Hạn xác nhận',
    beginsOn: 'Bắt đầu',
    answersUntil: 'Trang này còn xem được đến',
    overdue: ({ name }) =>
      `Việc này mất nhiều thời gian hơn dự kiến. Yêu cầu không bị mất và ${name} đã được báo.`,
    refresh: 'Tải lại',
    refreshByItself: (seconds) => `Tự động tải lại sau mỗi ${seconds} giây`,
    refreshesByItself: (seconds) =>
      `Trang này tự động tải lại sau mỗi ${seconds} giây cho đến khi yêu cầu kết thúc.`,
    stopRefreshing: 'Ngừng tự động tải lại',
    keepAnswer: 'Giữ lại kết quả này',
    keepAnswerHow: 'Hãy in trang này hoặc lưu lại bằng trình duyệt khi trang còn xem được.',
    receipt: 'Biên nhận có chữ ký số (tệp)',
    receiptHow:
      'Biên nhận ghi cùng nội dung bằng số lượng và có chữ ký số, để sau này có thể chứng minh. Biên nhận không nêu tên ai.',
    timeZone: (zone) => `Múi giờ: ${zone}.`,
    code: 'Mã xác nhận',
    keepAddress: 'Hãy giữ địa chỉ của trang này để xem lại. Ai có địa chỉ này đều đọc được trang.',
    items: { other: 'mục' },
    until: (day) => `Giữ đến ${day}.`,
    ends: {
      byItself: 'Hết thời hạn, dữ liệu được xoá tự động.',
      owner: (owner) => `Hết thời hạn, dữ liệu được xoá bởi: ${owner}.`,
      operator: ({ name }) => `Hết thời hạn, ${name} sẽ xoá dữ liệu.`,
    },
    told: 'Bên khác đã được thông báo',
    toldHow: ({ name }) =>
      `${name} đã yêu cầu các bên sau xoá dữ liệu mà họ có về bạn, và việc này đã được xác nhận:`,
    backups: 'Bản sao lưu',
    backupsExpire: (day) => `Dữ liệu trong các bản sao lưu sẽ hết hạn chậm nhất vào ${day}.`,
    contact: 'Câu hỏi và khiếu nại',
    complain: ({ name }) =>
      `Nếu có câu hỏi hoặc không đồng ý, hãy viết cho ${name}. Bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
    askAgain: 'Cách gửi yêu cầu mới',
    complaint: {
      title: 'Khiếu nại về yêu cầu này',
      label: 'Nội dung khiếu nại',
      hint:
        (most) =>
        ({ name }) =>
          `Hãy nêu điều bạn thấy không đúng, nhiều nhất ${most} ký tự. ${name} sẽ đọc và trả lời trên trang trạng thái. Ai có mã đều đọc được câu trả lời, nhưng không đọc được nội dung bạn viết.`,
      button: 'Gửi khiếu nại',
      write: 'Viết khiếu nại',
      received: (moment) =>
        `Khiếu nại của bạn đã được nhận vào ${moment}. Câu trả lời sẽ hiện ở đây: hãy quay lại trang này.`,
      answered: (received, answered) => `Khiếu nại nhận vào ${received}, được trả lời vào ${answered}:`,
      usedUp: ({ contactEmail }) =>
        `Trang này không nhận thêm khiếu nại về yêu cầu này. Nếu còn điều chưa được giải quyết, hãy viết cho ${contactEmail}.`,
      empty: 'Chưa có gì được gửi: bạn chưa viết nội dung. Hãy nêu điều bạn thấy không đúng rồi gửi lại.',
      tooLong: (most) =>
        `Chưa có gì được gửi: nội dung dài quá ${most} ký tự. Vui lòng rút ngắn rồi gửi lại.`,
      back: 'Quay lại trang trạng thái của yêu cầu',
    },
  },
  states: {
    awaiting_confirmation: {
      headline: 'Đang chờ bạn xác nhận',
      sentence: ({ name }) =>
        `${name} đã gửi cho bạn một email có đường dẫn xác nhận. Chưa có gì được thực hiện cho đến khi bạn xác nhận yêu cầu qua đường dẫn đó.`,
    },
    scheduled: {
      headline: 'Đã xác nhận, sắp thực hiện',
      sentence: () =>
        'Yêu cầu của bạn đã được xác nhận và sẽ sớm bắt đầu. Trước lúc đó, bạn có thể rút lại yêu cầu bằng đường dẫn trong email của chúng tôi.',
    },
    in_progress: {
      headline: 'Đang thực hiện',
      sentence: ({ name }) =>
        `${name} đang tìm dữ liệu của bạn và xoá những gì tìm thấy. Khi mọi thứ đã được kiểm tra xong, trang này sẽ cho biết kết quả.`,
    },
    in_review: {
      headline: 'Nhân viên đang xem xét',
      sentence: ({ name }) =>
        `Nhân viên của ${name} đang kiểm tra yêu cầu này trước khi thực hiện tiếp. Bạn không cần làm gì thêm.`,
    },
    on_hold: {
      headline: 'Tạm dừng',
      sentence: ({ name, contactEmail }) =>
        `${name} đã tạm dừng yêu cầu này, chẳng hạn vì pháp luật hoặc một vụ việc đang giải quyết chưa cho phép xoá dữ liệu. Yêu cầu vẫn được giữ và sẽ được thực hiện tiếp khi lý do đó không còn; để biết lý do, hãy viết cho ${contactEmail}.`,
    },
    refused: {
      headline: 'Không được thực hiện',
      sentence: ({ name, contactEmail }) =>
        `${name} đã quyết định không thực hiện yêu cầu này vì pháp luật hoặc một lý do chính đáng khác không cho phép. Để biết lý do hoặc phản đối, hãy viết cho ${contactEmail}.`,
    },
    expired: {
      headline: 'Đã quá hạn xác nhận',
      sentence: ({ contactEmail }) =>
        `Yêu cầu này không được xác nhận đúng hạn nên đã kết thúc và không có gì thay đổi. Để yêu cầu lại, hãy làm như lần trước hoặc viết cho ${contactEmail}.`,
    },
    withdrawn: {
      headline: 'Đã rút lại',
      sentence: ({ contactEmail }) =>
        `Yêu cầu này đã được rút lại trước khi có bất kỳ thay đổi nào. Để yêu cầu lại, hãy làm như lần trước hoặc viết cho ${contactEmail}.`,
    },
  },
  unasked: {
    scheduled: {
      headline: 'Sắp được xoá',
      sentence: ({ name, contactEmail }) =>
        `Dữ liệu gắn với tài khoản này sắp hết thời hạn lưu giữ nêu trong chính sách quyền riêng tư của ${name} và sẽ được xoá vào ngày ghi ở đây. Bạn không cần làm gì; nếu có điều gì không đúng, hãy viết cho ${contactEmail} trước ngày đó.`,
    },
    withdrawn: {
      headline: 'Không xoá',
      sentence: ({ name, contactEmail }) =>
        `${name} đã huỷ việc xoá này trước khi có bất kỳ thay đổi nào, chẳng hạn vì tài khoản lại được sử dụng. Nếu có câu hỏi, hãy viết cho ${contactEmail}.`,
    },
  },
  refused: {
    decided: ({ name }) => `${name} đã quyết định không thực hiện yêu cầu này.`,
    begun: () => 'Trước đó, một phần dữ liệu có thể đã bị xoá hoặc thay đổi.',
    object: ({ contactEmail }) =>
      `Nếu bạn không đồng ý, hãy viết cho ${contactEmail}; bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
  },
  completed: {
    headline: 'Yêu cầu của bạn đã hoàn tất',
    headlineKept: 'Yêu cầu của bạn đã hoàn tất, một phần dữ liệu được giữ lại',
    nothingFound: {
      headline: 'Không tìm thấy dữ liệu',
      sentence: ({ name, contactEmail }) =>
        `${name} đã tìm theo danh tính đi kèm yêu cầu này và không thấy bản ghi nào. Nếu bạn từng dùng địa chỉ email hoặc tài khoản khác, hãy viết cho ${contactEmail} và nêu rõ địa chỉ hoặc tài khoản đó.`,
    },
    erased: ({ name }) =>
      `${name} đã xoá các dữ liệu được liệt kê ở đây và đã kiểm tra rằng chúng không còn nữa.`,
    platform: ({ name }) =>
      `${name} đã xoá những gì nhận được về bạn từ Facebook hoặc dịch vụ khác của Meta, như Instagram, và đã kiểm tra rằng chúng không còn nữa.`,
    redacted: () =>
      'Các bản ghi tìm thấy vẫn còn, nhưng không còn những chi tiết về bạn thuộc phạm vi yêu cầu này.',
    retained: ({ name }) => `Những gì được liệt kê là giữ lại vẫn do ${name} lưu giữ, vì lý do nêu ở đó.`,
    accountRemains: ({ name, contactEmail }) =>
      `Tài khoản của bạn tại ${name} vẫn còn; nếu muốn xoá cả tài khoản, hãy viết cho ${contactEmail}.`,
    backupsUnknown: () =>
      'Các bản sao lưu có thể còn giữ dữ liệu trong một thời gian; chưa xác định được đến khi nào.',
    lists: { erased: 'Đã xoá', redacted: 'Đã bỏ chi tiết về bạn', retained: 'Được giữ lại' },
    redactedMeans:
      'Các bản ghi này vẫn còn vì có người khác dùng chung hoặc vẫn cần đến. Những chi tiết về bạn thuộc phạm vi yêu cầu này đã được bỏ đi.',
  },
  failures: {
    bad_request: {
      headline: 'Thiếu thông tin',
      sentence: () => 'Nội dung gửi đến chưa đầy đủ. Vui lòng quay lại và thử lần nữa.',
    },
    not_found: {
      headline: 'Không có gì ở đây',
      sentence: ({ contactEmail }) =>
        `Không có trang nào ở địa chỉ này, hoặc không có yêu cầu nào mang mã này. Hãy so lại mã với mã bạn đã nhận; nếu mã đúng, hãy viết cho ${contactEmail}.`,
    },
    method_not_allowed: {
      headline: 'Không thể thực hiện ở đây',
      sentence: () => 'Địa chỉ này không nhận nội dung vừa gửi.',
    },
    too_large: {
      headline: 'Nội dung quá dài',
      sentence: () => 'Nội dung gửi đến quá dài. Vui lòng rút ngắn và thử lại.',
    },
    unsupported_media_type: {
      headline: 'Không đọc được nội dung',
      sentence: () => 'Nội dung gửi đến không phải là biểu mẫu mà địa chỉ này đọc được.',
    },
    too_many_requests: {
      headline: 'Quá nhiều yêu cầu',
      sentence: () => 'Vui lòng chờ một lát rồi thử lại.',
    },
    internal_error: {
      headline: 'Đã xảy ra lỗi ở phía chúng tôi',
      sentence: ({ contactEmail }) =>
        `Yêu cầu đã được nhận thì không bị mất. Vui lòng thử lại sau vài phút; nếu vẫn gặp lỗi, hãy viết cho ${contactEmail}.`,
    },
  },
}

const mails: MailTexts = {
  subjects: {
    confirm: ({ name }) => `Hãy xác nhận yêu cầu xoá dữ liệu – ${name}`,
    confirmed: ({ name }) => `Yêu cầu xoá dữ liệu của bạn đã được xác nhận – ${name}`,
    extended: ({ name }) => `Yêu cầu xoá dữ liệu của bạn cần thêm thời gian – ${name}`,
    done: ({ name }) => `Yêu cầu xoá dữ liệu của bạn đã hoàn tất – ${name}`,
    refused: ({ name }) => `Về yêu cầu xoá dữ liệu của bạn – ${name}`,
    answered: ({ name }) => `Khiếu nại của bạn đã được trả lời – ${name}`,
    upcoming: ({ name }) => `Dữ liệu của bạn sắp được xoá – ${name}`,
  },
  confirm: {
    asked: ({ name }) =>
      `Có người, hẳn là bạn, đã yêu cầu ${name} xoá dữ liệu gắn với địa chỉ email này. Để chắc rằng yêu cầu là của bạn, hãy mở đường dẫn dưới đây và xác nhận trên trang đó. Chưa có gì bị xoá trước khi bạn xác nhận.`,
    link: 'Xác nhận yêu cầu:',
    linkEnds: (day) => `Đường dẫn này dùng được đến ${day}.`,
    what: 'Sau khi bạn xác nhận, nếu chúng tôi có dữ liệu gắn với địa chỉ này, những loại sau sẽ được tìm và xoá:',
    kept: 'Những gì pháp luật buộc phải giữ sẽ được giữ lại, và trang trạng thái sẽ cho biết vì sao.',
    notYou: 'Nếu bạn không yêu cầu, bạn không cần làm gì: không có gì bị xoá, và yêu cầu sẽ tự hết hạn.',
  },
  confirmed: {
    thanks: ({ name }) => `${name} đã nhận được xác nhận của bạn.`,
    starts: (day) => `Việc xoá sẽ bắt đầu vào ${day}. Trước lúc đó bạn vẫn có thể rút lại yêu cầu.`,
    startsNow: 'Việc xoá sẽ bắt đầu ngay. Bạn chỉ còn có thể rút lại yêu cầu khi chưa có gì bị xoá.',
    due: (day) => `Yêu cầu sẽ được thực hiện xong chậm nhất vào ${day}. Khi xong, chúng tôi sẽ viết cho bạn.`,
    withdraw: 'Rút lại yêu cầu:',
  },
  done: {
    done: ({ name }) =>
      `${name} đã thực hiện xong yêu cầu của bạn, và đã tìm lại để chắc rằng không còn sót gì.`,
    nothingFound: ({ name }) =>
      `${name} đã tìm theo địa chỉ email này và không thấy bản ghi nào, nên không có gì để xoá.`,
    erased: 'Đã xoá:',
    redacted: 'Vẫn còn vì có người khác dùng chung hoặc vẫn cần đến, nhưng đã bỏ những chi tiết về bạn:',
    retained: 'Được giữ lại:',
    keptUntil: (what, because, day) => `${what}. ${because}${day === undefined ? '' : ` Giữ đến ${day}.`}`,
    backups: (day) => `Dữ liệu trong các bản sao lưu sẽ hết hạn chậm nhất vào ${day}.`,
    backupsUnknown:
      'Các bản sao lưu có thể còn giữ dữ liệu trong một thời gian; chưa xác định được đến khi nào.',
    otherAddress: ({ contactEmail }) =>
      `Nếu bạn còn dùng địa chỉ email khác với chúng tôi, hãy gửi yêu cầu từ địa chỉ đó, hoặc viết cho ${contactEmail}.`,
  },
  extended: {
    extended: ({ name }) => `${name} đang thực hiện yêu cầu của bạn và cần thêm thời gian.`,
    due: (day) => `Yêu cầu sẽ được thực hiện chậm nhất vào ${day}. Chúng tôi sẽ viết cho bạn khi hoàn tất.`,
  },
  refused: {
    decided: ({ name }) => `${name} đã xem xét và quyết định không thực hiện yêu cầu của bạn.`,
    refused: ({ name }) =>
      `${name} đã xem xét và quyết định không thực hiện yêu cầu của bạn, vì pháp luật hoặc một lý do chính đáng khác không cho phép. Trang trạng thái cho biết thêm.`,
  },
  answered: {
    answered: ({ name }) =>
      `${name} đã trả lời khiếu nại của bạn về yêu cầu này. Bạn xem câu trả lời trên trang trạng thái.`,
  },
  upcoming: {
    policy: ({ name }) =>
      `${name} không lưu giữ dữ liệu khách hàng lâu hơn thời hạn nêu trong chính sách quyền riêng tư. Bạn nhận được thư này vì thời hạn lưu giữ dữ liệu của bạn sắp hết.`,
    since: (day) =>
      `Theo hồ sơ của chúng tôi, ${day} là ngày hợp đồng của bạn kết thúc hoặc là lần cuối bạn sử dụng tài khoản.`,
    begins: (day) => `Dữ liệu gắn với tài khoản của bạn sẽ được xoá vào ${day}.`,
    what: 'Những gì sẽ được xoá:',
    kept: 'Những gì pháp luật buộc phải giữ sẽ được giữ lại; sau khi xoá xong, trang trạng thái sẽ cho biết giữ những gì, vì sao và đến khi nào.',
    nothingToDo:
      'Bạn không cần làm gì. Đây là thư duy nhất về việc này; bạn có thể theo dõi trên trang trạng thái.',
    wrong: ({ contactEmail }) =>
      `Nếu ngày nêu trên không đúng, hoặc nếu bạn đã quay lại hay muốn quay lại, hãy viết cho ${contactEmail} trước ngày xoá.`,
    privacyPolicy: 'Chính sách quyền riêng tư của chúng tôi:',
  },
  complain: ({ contactEmail }) =>
    `Nếu bạn không đồng ý, hãy viết cho ${contactEmail}. Bạn cũng có thể khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân nơi bạn sống.`,
  code: 'Mã xác nhận:',
  status: 'Theo dõi yêu cầu tại:',
  closing: ({ name, postalAddress, contactEmail }) =>
    `${name}, ${postalAddress}. Thư này được gửi tự động; câu hỏi xin gửi đến ${contactEmail}.`,
}

export const vi: Language = {
  pages,
  mails,
  refusals: {
    legal_obligation: 'Pháp luật buộc phải giữ dữ liệu này.',
    legal_claim: 'Dữ liệu này cần cho việc xác lập, thực hiện hoặc bảo vệ một yêu cầu pháp lý.',
    order_of_authority: 'Một cơ quan có thẩm quyền đã ra lệnh giữ dữ liệu này.',
    fraud_or_security: 'Dữ liệu này cần để làm rõ một vụ gian lận hoặc để bảo vệ người khác.',
    open_contract: 'Dữ liệu này cần cho một hợp đồng còn hiệu lực.',
    identity_not_confirmed: 'Không thể xác nhận rằng người yêu cầu chính là chủ của dữ liệu.',
    repeated_without_reason: 'Cùng một yêu cầu đã được gửi nhiều lần mà không có lý do mới.',
  },
  extensions: {
    complex: 'Yêu cầu này phức tạp nên cần thêm thời gian.',
    many_requests: 'Hiện có nhiều yêu cầu nên cần thêm thời gian.',
    others_must_act: 'Bên xử lý dữ liệu thay chúng tôi cũng phải thực hiện nên cần thêm thời gian.',
  },
  /** Letters that only Vietnamese has, and its words as they are typed without marks. */
  signs: [
    /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/giu,
    /\b(?:toi|xoa|tai khoan|du lieu|cua|khong|duoc|vui long|xin|cam on|chao|yeu cau|minh|nhe|giup)\b/gi,
  ],
}
