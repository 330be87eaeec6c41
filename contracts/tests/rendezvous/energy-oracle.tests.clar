;; Rendezvous reads this as a part of energy-oracle: what holds for any report, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- steps: with these, the utility's function succeeds too

(define-public (fuzz-curtail
    (ahead uint)
    (cell uint)
  )
  (begin
    (var-set utility (some contract-caller))
    (submit-curtailment (+ (/ stacks-block-time SLOT-SECONDS) (mod ahead u24)) cell u1)
  )
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-quorum-is-possible)
  (let ((who (var-get quorum)))
    (or
      (is-eq (len (get operators who)) u0)
      (<= (get threshold who) (len (get operators who)))
    )
  )
)
(define-read-only (invariant-no-report-without-a-quorum
    (seller principal)
    (slot uint)
  )
  (is-none (map-get? reports {
    seller: seller,
    slot: slot,
  }))
)

;; ---------------------------------------------------------------- properties

;; Whoever knows a leaf and its neighbours can show it, and nothing else in its place.
(define-public (test-readings-are-provable
    (wh uint)
    (index uint)
    (salt (buff 32))
    (one (buff 32))
    (two (buff 32))
  )
  (let (
      (at (mod index u4))
      (leaf (sha256 (concat 0x00
        (default-to 0x
          (to-consensus-buff? {
            index: at,
            salt: salt,
            wh: wh,
          })
        ))))
      (left (is-eq (mod at u2) u0))
      (pair (sha256 (concat 0x01
        (if left
          (concat leaf one)
          (concat one leaf)
        ))))
      (root (sha256 (concat 0x01
        (if (< at u2)
          (concat pair two)
          (concat two pair)
        ))))
    )
    (asserts! (verify-reading root at wh salt (list one two)) BROKEN)
    (asserts! (not (verify-reading root at (+ wh u1) salt (list one two))) BROKEN)
    (asserts! (not (verify-reading root (+ at u4) wh salt (list one two))) BROKEN)
    (ok (asserts! (not (verify-reading root at wh salt (list one))) BROKEN))
  )
)
(define-public (test-nothing-is-reported-unsigned
    (seller principal)
    (slot uint)
    (export-wh uint)
    (root (buff 32))
    (revision uint)
  )
  (ok (asserts! (is-err (submit-production seller slot export-wh root revision (list))) BROKEN))
)
(define-public (test-only-escrow-closes
    (seller principal)
    (slot uint)
    (promised uint)
  )
  (begin
    (var-set escrow .trade-escrow)
    (ok (asserts!
      (is-eq (err (unwrap-err! (close-report seller slot promised seller) BROKEN)) ERR-NOT-PEER)
      BROKEN
    ))
  )
)
