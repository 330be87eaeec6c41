;; Title: proposal-trait
;; Summary: A contract that governance-dao runs once its members have accepted it.
(define-trait proposal-trait
  (
    ;; Runs with the DAO's power. The principal is whoever executes the proposal.
    (execute (principal) (response bool uint))
  )
)
