# The scripts in setup/ do the work; this file gives them short names.
.PHONY: run test bench start stop shell prepare lock

run: ## serve http://127.0.0.1:8000, preparing what is missing
	@exec setup/run

test: ## every check, as CI runs them
	@exec setup/check

bench: ## figures against their limits, as JSON
	@exec setup/bench

start: ## the private database alone, in the background
	@setup/machine run && setup/cluster start

stop:
	@setup/cluster stop

shell: ## Python with the models at hand
	@exec setup/manage shell

prepare: ## only install what run and test need
	@setup/prepare test

lock: ## pin the requirements anew
	@setup/packages test && setup/lock
