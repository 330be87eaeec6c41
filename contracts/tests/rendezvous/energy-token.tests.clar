;; Rendezvous reads this as a part of energy-token: what holds for any amounts, whoever calls.

(define-constant BROKEN (err u99000))
(define-data-var fuzz-minted uint u0)
(define-data-var fuzz-retired uint u0)

;; ---------------------------------------------------------------- steps: with these, the role's functions succeed too

(define-public (fuzz-mint
    (custody uint)
    (surplus uint)
    (to principal)
    (slot uint)
  )
  (let (
      (one (mod custody u1000000))
      (other (mod surplus u1000000))
    )
    (var-set oracle contract-caller)
    (try! (mint-export one contract-caller other to slot))
    ;; Or the caller would go on minting where nobody counts.
    (var-set oracle .governance-dao)
    (var-set fuzz-minted (+ (var-get fuzz-minted) one other))
    (ok true)
  )
)
(define-public (fuzz-retire (amount uint))
  (let ((part (+ u1 (mod amount (+ u1 (ft-get-balance kwh tx-sender))))))
    (try! (retire part tx-sender u"used at home"))
    (var-set fuzz-retired (+ (var-get fuzz-retired) part))
    (ok true)
  )
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-supply-is-minted-less-retired)
  (<= (ft-get-supply kwh) (var-get fuzz-minted))
)
(define-read-only (invariant-nobody-holds-more-than-there-is (who principal))
  (<= (ft-get-balance kwh who) (ft-get-supply kwh))
)
(define-read-only (invariant-certificates-are-numbered (id uint))
  (is-eq (is-some (map-get? certificates id)) (and (> id u0) (<= id (var-get last-certificate))))
)

;; ---------------------------------------------------------------- properties

(define-public (test-transfer-conserves
    (minted uint)
    (amount uint)
    (to principal)
  )
  (let (
      (wh (+ u1 (mod minted u1000000)))
      (part (+ u1 (mod amount wh)))
    )
    (try! (ft-mint? kwh wh tx-sender))
    (let (
        (mine (ft-get-balance kwh tx-sender))
        (theirs (ft-get-balance kwh to))
        (supply (ft-get-supply kwh))
        (result (transfer part tx-sender to none))
      )
      (asserts! (is-eq (ft-get-supply kwh) supply) BROKEN)
      (if (is-eq to tx-sender)
        (ok (asserts! (is-eq result (err u2)) BROKEN))
        (begin
          (asserts! (is-eq result (ok true)) BROKEN)
          (asserts! (is-eq (ft-get-balance kwh tx-sender) (- mine part)) BROKEN)
          (ok (asserts! (is-eq (ft-get-balance kwh to) (+ theirs part)) BROKEN))
        )
      )
    )
  )
)
(define-public (test-nobody-moves-what-is-not-theirs
    (amount uint)
    (owner principal)
    (to principal)
  )
  (if (is-eq owner tx-sender)
    (ok false)
    (ok (asserts! (is-err (transfer amount owner to none)) BROKEN))
  )
)
(define-public (test-retiring-burns
    (minted uint)
    (amount uint)
    (beneficiary principal)
  )
  (let (
      (wh (+ u1 (mod minted u1000000)))
      (part (+ u1 (mod amount wh)))
      (count (var-get last-certificate))
    )
    (try! (ft-mint? kwh wh tx-sender))
    (let ((supply (ft-get-supply kwh)))
      (unwrap! (retire part beneficiary u"used at home") BROKEN)
      (asserts! (is-eq (ft-get-supply kwh) (- supply part)) BROKEN)
      (ok (asserts! (is-eq (var-get last-certificate) (+ count u1)) BROKEN))
    )
  )
)
(define-public (test-only-the-oracle-mints
    (custody uint)
    (surplus uint)
    (to principal)
    (slot uint)
  )
  (begin
    (var-set oracle .governance-dao)
    (ok (asserts! (is-eq (err (unwrap-err! (mint-export custody to surplus to slot) BROKEN)) ERR-NOT-PEER) BROKEN))
  )
)
