import Foundation
import TestSupport
import Testing
import Values

@Suite("Secrets", .usualTimeLimit)
struct SecretTests {
  static let text = "s3cr3t-t0k3n"
  let secret = Secret(text)

  @Test("only reveal() gives the text")
  func reveal() {
    #expect(secret.reveal() == Self.text)
  }

  @Test("no way of printing shows the text")
  func printing() {
    struct Holder {
      let name = "holder"
      let secret: Secret
    }
    enum Box { case full(Secret) }
    var dumped = ""
    dump(secret, to: &dumped)
    dump(Holder(secret: secret), to: &dumped)
    dump(Value.object(["token": .secret(secret)]), to: &dumped)
    dump([secret: secret], to: &dumped)
    var printed = ""
    print(secret, Value.secret(secret), [secret], separator: ",", to: &printed)
    debugPrint(secret, Value.array([.secret(secret)]), to: &printed)
    let texts = [
      dumped, printed, "\(secret)", "\(Value.secret(secret))", String(describing: secret), String(reflecting: secret),
      String(describing: Optional(secret)), String(reflecting: ["a": secret]), "\(Holder(secret: secret))",
      String(reflecting: Box.full(secret)), "\(secret as Any)", "\(["x": Value.secret(secret)])",
      "\(Set([secret]))", "\((secret, 1))", "\(Result<Secret, Failure>.success(secret))",
    ]
    for text in texts {
      #expect(!text.contains(Self.text), "\(text)")
      #expect(text.contains(Secret.placeholder), "\(text)")
    }
  }

  @Test("a mirror finds nothing in it")
  func mirror() {
    #expect(Mirror(reflecting: secret).children.isEmpty)
    #expect(secret.customMirror.children.isEmpty)
    #expect(secret.customMirror.superclassMirror == nil)
  }

  @Test("it can't be encoded by accident")
  func encoding() {
    #expect(throws: EncodingError.self) { try JSONEncoder().encode([secret]) }
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(["a": Value.array([.secret(secret)])]) }
    #expect(throws: EncodingError.self) { try PropertyListEncoder().encode([secret]) }
    #expect(!((secret as Any) is any LosslessStringConvertible))
  }

  @Test("two secrets are the same when their texts are")
  func equality() {
    #expect(secret == Secret(Self.text))
    #expect(secret != Secret("other"))
    #expect(Set([secret, Secret(Self.text)]).count == 1)
  }

  @Test("a failure made with one by mistake still hides it")
  func failure() {
    let failure = Failure("a.b", "The token \(secret) is wrong.", cause: "\(Value.secret(secret))", hint: "\(secret)")
    #expect(!"\(failure)\(failure.value)\(String(reflecting: failure))".contains(Self.text))
  }
}
