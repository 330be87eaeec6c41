;; Rendezvous reads this as a part of dispute-resolution: what holds for any dispute, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-bonds-are-there)
  (is-eq (var-get bonds) (stx-get-balance current-contract))
)
(define-read-only (invariant-disputes-are-numbered (id uint))
  (is-eq (is-some (map-get? disputes id)) (and (> id u0) (<= id (var-get last-dispute))))
)
(define-read-only (invariant-trade-and-dispute-know-each-other (trade uint))
  (match (map-get? dispute-of trade)
    id (is-eq (get trade (map-get? disputes id)) (some trade))
    true
  )
)

;; ---------------------------------------------------------------- properties

(define-public (test-no-dispute-without-a-trade
    (trade uint)
    (claim uint)
    (evidence (buff 32))
  )
  (let ((before (stx-get-balance tx-sender)))
    (asserts! (is-err (open-dispute trade claim evidence)) BROKEN)
    (ok (asserts! (is-eq (stx-get-balance tx-sender) before) BROKEN))
  )
)
(define-public (test-nothing-to-resolve (id uint))
  (ok (asserts! (is-err (resolve-automatic id)) BROKEN))
)
