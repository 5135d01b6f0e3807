import Journal
import Presentation

/// Who approved what, as a report shows it.
struct ApprovalRows {
  let members: [[String: Any]]

  init(_ approvals: [Approval], _ moment: MomentText) {
    members = approvals.map { approval in
      let answer =
        switch approval.answer {
        case .none: "not answered"
        case .granted: "yes"
        case .rejected: "no"
        }
      return [
        "message": PlainText.line(approval.message), "answer": answer, "by": PlainText.line(approval.by ?? ""),
        "how": Self.words(approval.how), "at": approval.answeredAt.map { moment.minute($0) } ?? "",
      ]
    }
  }

  private static func words(_ how: String?) -> String {
    switch how {
    case "terminal": "at the terminal"
    case "option": "by an option of the command"
    case "command": "by a command of its own"
    case "page": "on the page"
    default: ""
    }
  }
}
