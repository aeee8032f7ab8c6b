import Glibc
import LMDB
import Testing

@Suite struct LMDBErrorTests {
  @Test(
    arguments: [
      (-30_792, LMDBError.Reason.mapFull), (-30_788, .transactionFull), (-30_790, .readersFull), (-30_795, .panic),
      (-30_796, .corrupted), (-30_797, .corrupted), (-30_793, .corrupted), (-30_794, .corrupted), (-30_781, .keySize),
      (ENOSPC, .noSpace), (EDQUOT, .noSpace), (EIO, .inputOutput), (EROFS, .readOnly), (EACCES, .readOnly),
      (EBUSY, .alreadyOpen), (EINVAL, .other),
    ] as [(Int32, LMDBError.Reason)]
  ) func codesMean(code: Int32, reason: LMDBError.Reason) {
    #expect(LMDBError(.commit, code: code).reason == reason)
  }

  @Test func theTextNamesStepAndCode() {
    let text = LMDBError(.commit, code: ENOSPC).description
    #expect(text == "index: cannot commit: No space left on device (28)")
  }
}
