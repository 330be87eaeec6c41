;; Rendezvous reads this as a part of user-registry: what holds for any household, whoever calls.

(define-constant BROKEN (err u99000))
(define-constant FUZZ-CELL u608532221048913919)
(define-constant FUZZ-HASH 0x0000000000000000000000000000000000000000000000000000000000000001)

;; ---------------------------------------------------------------- steps: with these, callers get through the checks of what they give

(define-public (fuzz-register (role uint))
  (register (+ u1 (mod role u3)) FUZZ-CELL FUZZ-HASH)
)
(define-public (fuzz-apply
    (capacity uint)
    (peak uint)
  )
  (apply-for-certification (+ u100 (mod capacity u1000)) (+ u1 (mod peak u1000)) "solar")
)
(define-public (fuzz-become-certifier (level uint))
  (ok (map-set certifiers tx-sender (mod level u4)))
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-households-have-a-role (who principal))
  (match (map-get? users who)
    row (and (> (bit-and (get bits row) u3) u0) (< (get bits row) u32))
    true
  )
)
(define-read-only (invariant-only-producers-are-certified (who principal))
  (match (map-get? users who)
    row (or (not (has (get bits row) BIT-CERTIFIED)) (has (get bits row) BIT-PRODUCER))
    true
  )
)
(define-read-only (invariant-meters-are-numbered (id uint))
  (is-eq (is-some (map-get? meters id)) (and (> id u0) (<= id (var-get last-meter))))
)
(define-read-only (invariant-meter-and-household-know-each-other (id uint))
  (match (map-get? meters id)
    row (is-eq (map-get? meter-of-key (get device-key row)) (some id))
    true
  )
)

;; ---------------------------------------------------------------- properties

(define-public (test-nobody-registers-twice (role uint))
  (begin
    (is-ok (fuzz-register role))
    (ok (asserts! (is-err (fuzz-register role)) BROKEN))
  )
)
(define-public (test-nobody-certifies-itself (level uint))
  (begin
    (map-set certifiers tx-sender (mod level u4))
    (asserts! (is-err (certify-producer tx-sender)) BROKEN)
    (asserts! (is-err (verify-meter tx-sender u1 u0)) BROKEN)
    (ok (asserts! (is-err (reject-application tx-sender u"no")) BROKEN))
  )
)
(define-public (test-only-the-dao-names-certifiers
    (who principal)
    (level uint)
  )
  (begin
    (asserts! (is-err (add-certifier who level)) BROKEN)
    (ok (asserts! (is-err (remove-certifier who)) BROKEN))
  )
)
(define-public (test-the-floor-only-rises
    (nonce uint)
    (role uint)
  )
  (let (
      (known (is-ok (fuzz-register role)))
      (before (default-to u0 (get nonce-floor (map-get? users tx-sender))))
    )
    (match (cancel-signed-below nonce)
      done (ok (asserts!
        (and
          (>= nonce before)
          (is-eq (get nonce-floor (map-get? users tx-sender)) (some nonce))
        )
        BROKEN
      ))
      code (ok false)
    )
  )
)
